// Command cosign is cosign's command line, without the key stores of cloud
// services that its own main package registers: keys are files here.
package main

import (
	"errors"
	"log"
	"os"

	"github.com/sigstore/cosign/v3/cmd/cosign/cli"
	cosignerrors "github.com/sigstore/cosign/v3/cmd/cosign/errors"
)

func main() {
	log.SetFlags(0) // as the published program: no time before a message
	if err := cli.New().Execute(); err != nil {
		log.Printf("error during command execution: %v", err)
		var failed *cosignerrors.CosignError
		if errors.As(err, &failed) {
			os.Exit(failed.ExitCode())
		}
		os.Exit(1)
	}
}
