# shellcheck shell=sh disable=SC2154 # shared with the script that sources this
# Find out what a cluster has of Dapr, install it, and tell its health. Sourced after kubernetes.sh.
# Reads: here scratch chart more timeout take_over. Sets: version installed.
command=infra/oke/dapr-init.sh
namespace=dapr-system
release=dapr
repository=https://dapr.github.io/helm-charts/
seconds_since='
import datetime, sys
then = datetime.datetime.strptime(sys.argv[1] + "+0000", "%Y-%m-%dT%H:%M:%SZ%z")
print(int((datetime.datetime.now(datetime.timezone.utc) - then).total_seconds()))'
workloads='deployment/dapr-operator deployment/dapr-sentry deployment/dapr-sidecar-injector statefulset/dapr-scheduler-server'

# The programs, the version, and what of Dapr is in the cluster.
look_around() {
    need_programs kubectl:https://kubernetes.io/docs/tasks/tools/ helm:https://helm.sh/docs/intro/install/
    case $(helm version --template '{{.Version}}' 2>/dev/null) in
    v[4-9].* | v[1-9][0-9].*) ;;
    *) refuse "helm on PATH is $(helm version --short 2>/dev/null || echo of an unknown version), helm 4 is needed for server-side apply" \
        "install it: https://helm.sh/docs/intro/install/" ;;
    esac
    version=$(lab_python -c 'from todo_lab.versions import DAPR; print(DAPR)')
    reach_cluster
    installed=$(kube --namespace "$namespace" get deployment dapr-operator --ignore-not-found \
        --output 'jsonpath={.metadata.labels.app\.kubernetes\.io/version}') || refuse "namespace $namespace cannot be read: $(why)" \
        "$administrator"
}

# Helm refuses to go on beside a record of a helm that did not end. One that cannot be at work any
# more is removed; a younger one may be somebody's.
nobody_else() {
    kube --namespace "$namespace" get secrets --selector "owner=helm,name=$release" --sort-by=.metadata.creationTimestamp \
        --output 'jsonpath={range .items[*]}{.metadata.name} {.metadata.labels.status} {.metadata.creationTimestamp}{"\n"}{end}' \
        >"$scratch/records" || refuse "Helm's records in $namespace cannot be read: $(why)" "$command again"
    while read -r record status since; do
        case $status in pending-*) ;; *) continue ;; esac
        age=$(lab_python -c "$seconds_since" "$since")
        [ -n "$take_over" ] || [ "$age" -gt "$timeout" ] ||
            refuse "another helm has been at work on $release in $namespace for $age s" \
                "the same command when it has ended; if it was killed, at once: $command --take-over"
        say "removing $record, the record of a helm that was killed"
        kube --namespace "$namespace" delete secret "$record" >/dev/null || refuse "$record cannot be removed: $(why)" "$command again"
    done <"$scratch/records"
}

# A copy, with one scheduler: the chart has no value for their number, and three on one node guard
# against nothing.
get_chart() {
    if [ -n "$chart" ]; then
        cp -R "$chart" "$scratch/dapr"
    else
        helm pull dapr --repo "$repository" --version "$version" --untar --untardir "$scratch" 2>"$scratch/error" ||
            refuse "Dapr's chart $version cannot be fetched: $(why)" "$command again, or --chart DIRECTORY with the chart"
    fi
    chart=$scratch/dapr
    lab_python -m todo_lab.build.dapr_chart "$chart" 2>"$scratch/error" || refuse "$(why)" "mend that, then $command again"
}

plan() {
    say "Dapr $version in namespace $namespace; there now: ${installed:-nothing}"
    helm template "$release" "$chart" --namespace "$namespace" --skip-crds --values "$here/dapr-values.yaml" \
        ${more:+--values "$more"} --set-string "global.tag=$version" >"$scratch/objects" 2>"$scratch/error" ||
        refuse "the chart cannot be rendered: $(why)" "look at --chart and --values"
    say "1. namespace $namespace, held to the restricted standard"
    say "2. custom resources: $(find "$chart/crds" -name '*.yaml' -exec basename {} .yaml \; | sort | paste -sd, - | sed 's/,/, /g')"
    say "3. $(grep -c '^kind:' "$scratch/objects") objects by helm upgrade --install --server-side=true --force-conflicts"
    grep -o 'image: *"\{0,1\}[^"]*' "$scratch/objects" | sed 's/image: *"\{0,1\}/   image /' | sort -u
    say "4. wait up to $timeout s for: $workloads"
    say "nothing was changed; next: $command"
}

# Helm would leave those of an older chart as they are.
apply_definitions() { apply "Dapr's custom resources" --filename "$chart/crds"; }

install() {
    say "installing Dapr $version${installed:+ over $installed}"
    helm upgrade --install "$release" "$chart" --namespace "$namespace" --skip-crds --history-max=2 \
        --server-side=true --force-conflicts --values "$here/dapr-values.yaml" ${more:+--values "$more"} \
        --set-string "global.tag=$version" >/dev/null 2>"$scratch/error" || {
        if grep -q 'updates to statefulset spec' "$scratch/error"; then
            refuse "the scheduler that is there keeps its jobs on volumes, which cannot be changed: $(why)" \
                "kubectl -n $namespace delete statefulset dapr-scheduler-server (the app makes its jobs anew), then $command"
        fi
        refuse "helm: $(why)" "mend that, then $command again"
    }
}

# Say of each part whether it runs as described; wait so many seconds for those that do not.
healthy() { # SECONDS
    until=$(($(date +%s) + $1)) sick=''
    for workload in $workloads; do
        left=$((until - $(date +%s)))
        [ "$left" -gt 0 ] || left=1
        if kubectl --namespace "$namespace" rollout status "$workload" --timeout "${left}s" >"$scratch/said" 2>&1; then
            say "$workload is healthy"
        else
            sick="$sick $workload"
            say "$workload is not healthy: $(tail -n 1 "$scratch/said")" >&2
        fi
    done
    hook=$(kubectl get mutatingwebhookconfiguration dapr-sidecar-injector --output 'jsonpath={.webhooks[0].failurePolicy}' 2>&1) || :
    [ "$hook" = Fail ] || {
        sick="$sick webhook"
        say "the webhook that adds sidecars is not as installed: $hook" >&2
    }
    [ -n "$sick" ] || {
        say "Dapr ${version} is healthy; next: todo-ci doctor --env oke"
        return
    }
    # What keeps a pod from running is in its conditions, its containers and the events.
    kubectl --namespace "$namespace" get pods >&2 2>/dev/null || :
    warnings "$namespace"
    refuse "not healthy:$sick" "kubectl -n $namespace describe pods; then $command again"
}
