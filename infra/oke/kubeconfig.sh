#!/bin/sh
# Write the pipeline's kubeconfig to standard output: one ServiceAccount, one namespace, one year.
#
#   infra/oke/kubeconfig.sh >pipeline.kubeconfig            # for --kubeconfig file:pipeline.kubeconfig
#   infra/oke/kubeconfig.sh | base64 -w0 | gh secret set KUBECONFIG
#
# Runs kubectl as the cluster's administrator (the current context), and applies the Role first.
set -eu
umask 077
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

# shellcheck source=infra/oke/lib/messages.sh
. "$here/lib/messages.sh"

command -v kubectl >/dev/null || refuse "kubectl is not on PATH" "install kubectl"
kubectl auth can-i create serviceaccounts --subresource token --namespace todo >/dev/null 2>&1 ||
    refuse "this kubectl context may not create tokens in namespace todo" \
        "kubectl config use-context <an administrator of the cluster>"
kubectl apply -f "$here/pipeline-rbac.yaml" >&2

field() { kubectl config view --minify --flatten --raw --output "jsonpath={.clusters[0].cluster.$1}"; }
server=$(field server)
authority=$(field certificate-authority-data)
# The cluster may grant less than what is asked for.
granted=$(kubectl --namespace todo create token pipeline --duration 8760h \
    --output 'jsonpath={.status.token} {.status.expirationTimestamp}')
token=${granted% *} ends=${granted#* }

cat <<YAML
apiVersion: v1
kind: Config
current-context: pipeline
contexts:
  - name: pipeline
    context: { cluster: cluster, user: pipeline, namespace: todo }
clusters:
  - name: cluster
    cluster: { server: "$server", certificate-authority-data: "$authority" }
users:
  - name: pipeline
    user: { token: "$token" }
YAML
printf 'its token ends on %s\nnext: before then, infra/oke/kubeconfig.sh again\n' "$ends" >&2
