// Package rego stands in for cosign's package of the same name, which links
// the Open Policy Agent.
package rego

import "errors"

// ValidateJSON refuses every policy.
func ValidateJSON([]byte, []string) []error {
	return []error{errors.New("this cosign was built without Rego policies")}
}
