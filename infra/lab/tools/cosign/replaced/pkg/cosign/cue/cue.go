// Package cue stands in for cosign's package of the same name, which links
// the CUE language.
package cue

import "errors"

// ValidateJSON refuses every policy.
func ValidateJSON([]byte, []string) error {
	return errors.New("this cosign was built without CUE policies")
}
