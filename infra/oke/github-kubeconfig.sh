#!/bin/sh
# Write a kubeconfig for one job of a GitHub workflow to standard output. Nothing in it, and no key at
# GitHub, outlives the hour.
#
#   infra/oke/github-kubeconfig.sh >kubeconfig    # in a job with `permissions: id-token: write`
#
# Reads from the environment what infra/oke/github-access.sh prints, once it has set both sides up:
#
#   OCI_CLUSTER         OCID of the cluster
#   OCI_REGION          such as eu-frankfurt-1
#   OCI_DOMAIN          https address of the identity domain
#   OCI_CLIENT          id of the application that may exchange tokens there
#   OCI_CLIENT_SECRET   its secret; without a token of GitHub's for the right job it opens nothing
#   OCI_SECONDS         how long Oracle may take to answer (90)
#
# GitHub's word for the job is exchanged for a session at Oracle, and that for a token of the
# pipeline's ServiceAccount: the rights are those of infra/oke/pipeline-rbac.yaml, as with kubeconfig.sh.
set -eu
umask 077
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

# shellcheck source=infra/oke/lib/messages.sh
. "$here/lib/messages.sh"

case ${1-} in
'') ;;
--help | -h) sed -n '2,/^# pipeline/s/^# \{0,1\}//p' "$0" && exit ;;
*) refuse "there is no option '$1'" "infra/oke/github-kubeconfig.sh --help" ;;
esac
for name in OCI_CLUSTER OCI_REGION OCI_DOMAIN OCI_CLIENT OCI_CLIENT_SECRET; do
    eval "value=\${$name-}"
    [ -n "$value" ] || refuse "$name is not set" "infra/oke/github-access.sh --help: it prints what to set at GitHub"
done
command -v kubectl >/dev/null || refuse "kubectl is not on PATH" "install kubectl"

cd "$here/../.."
. infra/scripts/toolchain.sh
need_oci >&2
session=$(mktemp -d)
trap 'rm -rf "$session"' EXIT
trap 'exit 1' INT TERM

timeout "${OCI_SECONDS:-90}" "$program/bin/python" infra/oke/github_session.py "$session" || {
    [ $? -ne 124 ] || refuse "no answer from $OCI_DOMAIN in ${OCI_SECONDS:-90} seconds" "look at OCI_DOMAIN; run the job again"
    exit 1
}
unset OCI_CLIENT_SECRET ACTIONS_ID_TOKEN_REQUEST_TOKEN
export OCI_CLI_CONFIG_FILE="$session/config" OCI_CLI_AUTH=security_token SUPPRESS_LABEL_WARNING=True
oci ce cluster create-kubeconfig --cluster-id "$OCI_CLUSTER" --file "$session/kubeconfig" \
    --token-version 2.0.0 --kube-endpoint PUBLIC_ENDPOINT >/dev/null 2>"$session/error" ||
    refuse "Oracle does not show the cluster $OCI_CLUSTER to this job: $(cat "$session/error")" \
        "look at OCI_CLUSTER and OCI_REGION; infra/oke/github-access.sh makes the policy that is needed"
KUBECONFIG=$session/kubeconfig infra/oke/kubeconfig.sh --token-only --hours 1
