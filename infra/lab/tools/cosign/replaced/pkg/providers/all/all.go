// Package all stands in for cosign's package of the same name: the identity
// of a GitHub job, a file or the environment, none of a cloud.
package all

import (
	_ "github.com/sigstore/cosign/v3/pkg/providers/envvar"
	_ "github.com/sigstore/cosign/v3/pkg/providers/filesystem"
	_ "github.com/sigstore/cosign/v3/pkg/providers/github"
)
