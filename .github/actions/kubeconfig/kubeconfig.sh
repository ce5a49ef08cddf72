#!/usr/bin/env bash
# Write the kubeconfig of one job, for nobody else on the runner to read.
set -euo pipefail
umask 077

if [ -n "$OCI_ACCESS" ]; then
    read -r OCI_CLUSTER OCI_REGION OCI_DOMAIN OCI_CLIENT <<<"$OCI_ACCESS"
    export OCI_CLUSTER OCI_REGION OCI_DOMAIN OCI_CLIENT
    infra/oke/github-kubeconfig.sh 2>&1 >"$RUNNER_TEMP/kubeconfig" | tee -a "$GITHUB_STEP_SUMMARY"
elif ! printf %s "$KUBECONFIG_BASE64" | base64 --decode >"$RUNNER_TEMP/kubeconfig" ||
    ! [ -s "$RUNNER_TEMP/kubeconfig" ]; then
    set_it="infra/oke/kubeconfig.sh | base64 -w0 | gh secret set KUBECONFIG --env $ENVIRONMENT"
    echo "::error::the secret KUBECONFIG is empty or not base64; next: $set_it"
    exit 1
fi
