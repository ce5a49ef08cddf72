#!/usr/bin/env bash
# Draw $RUNNER_TEMP/history.html, where the job came as far as a cluster.
set -euo pipefail

kubeconfig=$RUNNER_TEMP/kubeconfig
[ -s "$kubeconfig" ] || exit 0
dagger call history --env "$ENVIRONMENT" --kubeconfig "file:$kubeconfig" html >"$RUNNER_TEMP/history.html"
echo "drawn=true" >>"$GITHUB_OUTPUT"
