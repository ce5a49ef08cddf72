#!/bin/sh
# Write the pipeline's kubeconfig to standard output: one ServiceAccount, one namespace, one year.
#
#   infra/oke/kubeconfig.sh >~/.kube/todo-pipeline          # for --kubeconfig file:~/.kube/todo-pipeline
#   infra/oke/kubeconfig.sh | base64 -w0 | gh secret set KUBECONFIG
#
#   --hours N       how long its token holds, if the cluster grants as much (8760, a year)
#   --namespace NAME --role FILE
#                   of another app, both: where it goes, and the YAML with that namespace, its ServiceAccount `pipeline`
#                   and its Role, which is applied in place of infra/oke/pipeline-rbac.yaml
#   --token-only    the ServiceAccount and its Role are there: for somebody who may only ask for tokens
#
# Runs kubectl as the cluster's administrator (the current context), and applies the Role first.
set -eu
umask 077
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

# shellcheck source=infra/oke/lib/messages.sh
. "$here/lib/messages.sh"

hours=8760 token_only='' namespace='' role=''
while [ $# -gt 0 ]; do
    case $1 in
    --help | -h) sed -n '2,/^# Runs/s/^# \{0,1\}//p' "$0" && exit ;;
    --token-only) token_only=yes ;;
    --hours)
        case ${2-} in
        '' | *[!0-9]* | 0*) refuse "--hours '${2-}' is not a whole number above 0" "infra/oke/kubeconfig.sh --hours 8760" ;;
        esac
        hours=$2
        shift ;;
    --namespace | --role)
        [ -n "${2-}" ] || refuse "$1 wants a value" "infra/oke/kubeconfig.sh --help"
        case $1 in --role) role=$2 ;; *) namespace=$2 ;; esac
        shift ;;
    *) refuse "there is no option '$1'" "infra/oke/kubeconfig.sh --help" ;;
    esac
    shift
done

[ -n "$namespace" ] || [ -z "$role" ] ||
    refuse "--role $role is of a namespace that --namespace was not given" \
        "infra/oke/kubeconfig.sh --namespace NAME --role $role"
: "${namespace:=todo}"
# Ours makes the namespace todo, and no other.
[ "$namespace" = todo ] || [ -n "$role$token_only" ] ||
    refuse "--namespace $namespace has a Role of its own, which --role was not given" \
        "infra/oke/kubeconfig.sh --namespace $namespace --role FILE"

command -v kubectl >/dev/null || refuse "kubectl is not on PATH" "install kubectl"
said=$(kubectl auth can-i create serviceaccounts/pipeline --subresource token --namespace "$namespace" 2>&1) || {
    next="kubectl config use-context <an administrator of the cluster>"
    [ -z "$token_only" ] ||
        next="infra/oke/github-access.sh, as an administrator; where nothing answered, the --api-from of infra/oke/cluster-setup.sh"
    refuse "this kubectl context may not create tokens in namespace $namespace: $said" "$next"
}
[ -n "$token_only" ] || kubectl apply -f "${role:-$here/pipeline-rbac.yaml}" >&2

field() { kubectl config view --minify --flatten --raw --output "jsonpath={.clusters[0].cluster.$1}"; }
server=$(field server)
authority=$(field certificate-authority-data)
# The cluster may grant less than what is asked for.
granted=$(kubectl --namespace "$namespace" create token pipeline --duration "${hours}h" \
    --output 'jsonpath={.status.token} {.status.expirationTimestamp}')
token=${granted% *} ends=${granted#* }

cat <<YAML
apiVersion: v1
kind: Config
current-context: pipeline
contexts:
  - name: pipeline
    context: { cluster: cluster, user: pipeline, namespace: "$namespace" }
clusters:
  - name: cluster
    cluster: { server: "$server", certificate-authority-data: "$authority" }
users:
  - name: pipeline
    user: { token: "$token" }
YAML
printf 'its token ends on %s\n' "$ends" >&2
[ -n "$token_only" ] || printf 'next: before then, the same command again\n' >&2
