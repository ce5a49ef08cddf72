# shellcheck shell=sh disable=SC2034,SC2154 # shared with the script that sources this
# What every script that changes a cluster needs: programs, an answer, and the rights. Sourced.
# Reads: here scratch command.
# shellcheck source=infra/oke/lib/messages.sh
. "$here/lib/messages.sh"
administrator='kubectl config use-context <an administrator of the cluster>'

kube() { kubectl --request-timeout=30s "$@" 2>"$scratch/error"; }

why() { head -c 600 "$scratch/error"; }

lab_python() { PYTHONPATH=$here/../lab PYTHONDONTWRITEBYTECODE=1 python3 "$@"; }

need_programs() { # NAME:WHERE-TO-GET-IT...
    for program in "$@" python3:'apt-get install python3'; do
        command -v "${program%%:*}" >/dev/null || refuse "${program%%:*} is not on PATH" "install it: ${program#*:}"
    done
}

reach_cluster() {
    kube version >/dev/null && return
    if grep -qi 'unauthorized\|provide credentials\|forbidden' "$scratch/error"; then
        refuse "the cluster does not accept this kubeconfig: $(why)" "infra/oke/cluster-setup.sh writes access again; then export KUBECONFIG=~/.kube/todo-oke"
    fi
    refuse "no cluster answers: $(why)" "export KUBECONFIG=~/.kube/todo-oke, or infra/oke/cluster-setup.sh makes a cluster"
}

allowed() { # NAMESPACE RIGHT...
    where=$1
    shift
    for right; do
        # shellcheck disable=SC2086 # verb and resource are two words
        kube auth can-i $right --namespace "$where" >/dev/null ||
            refuse "this kubectl context may not $right$(why | sed 's/^/: /')" "$administrator"
    done
}

apply() { # WHAT-IT-IS ARGUMENT... ; what to apply is one of them, or comes in
    it=$1
    shift
    kube apply --server-side --force-conflicts --field-manager=todo-oke "$@" >/dev/null ||
        refuse "$it cannot be applied: $(why)" "mend that, then $command again"
}

# The namespace of a part of the cluster, held to the restricted standard.
apply_namespace() { # NAME
    apply "namespace $1" --filename - <<YAML
apiVersion: v1
kind: Namespace
metadata:
  name: $1
  labels: { pod-security.kubernetes.io/enforce: restricted }
YAML
}

warnings() { # NAMESPACE
    kubectl --namespace "$1" get events --field-selector type=Warning --sort-by .lastTimestamp \
        --output 'custom-columns=OF:.involvedObject.name,WHY:.reason,MESSAGE:.message' 2>/dev/null | tail -n 8 >&2 || :
}
