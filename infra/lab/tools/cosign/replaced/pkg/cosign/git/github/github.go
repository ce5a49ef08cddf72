// Package github stands in for cosign's package of the same name, which links a
// client of all of GitHub to keep keys in its projects.
package github

import (
	"context"
	"errors"

	"github.com/sigstore/cosign/v3/pkg/cosign"
)

// ReferenceScheme begins the name of a key at GitHub.
const ReferenceScheme = "github"

var errLeftOut = errors.New("this cosign was built without keys at GitHub; name a file")

// Keys knows no project.
type Keys struct{}

// New returns a store without keys.
func New() Keys { return Keys{} }

// PutSecret keeps nothing.
func (Keys) PutSecret(context.Context, string, cosign.PassFunc) error { return errLeftOut }

// GetSecret finds nothing.
func (Keys) GetSecret(context.Context, string, string) (string, error) { return "", errLeftOut }
