#!/bin/sh
# Install Dapr's control plane for one small node, from its own chart, and wait until it is healthy.
#
#   infra/oke/dapr-init.sh --dry-run    # what it would do and what is there; changes nothing
#   infra/oke/dapr-init.sh              # installs, upgrades or mends; again, it finds nothing to mend
#   infra/oke/dapr-init.sh --check      # is it healthy? exits 1 and says what is not; changes nothing
#
#   --timeout SECONDS    how long the control plane may take to be healthy (300)
#   --take-over          remove the record of another helm that seems to be at work: it was killed
#   --chart DIRECTORY    Dapr's chart from there (else from its public repository)
#   --values FILE        further values of that chart, after those of infra/oke/dapr-values.yaml
#
# Needs kubectl and helm 4, and acts as the cluster's administrator (the current context). In place of
# `dapr init -k`, which starts three schedulers with a volume each and runs sidecars that a restricted
# namespace refuses. The version is the lab's: infra/lab/todo_lab/versions.py.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=infra/oke/lib/kubernetes.sh
. "$here/lib/kubernetes.sh"
# shellcheck source=infra/oke/lib/dapr.sh
. "$here/lib/dapr.sh"

usage() { sed -n '2,/^# namespace refuses/s/^# \{0,1\}//p' "$0"; }

verb=install timeout=300 take_over='' chart='' more=''
while [ $# -gt 0 ]; do
    case $1 in
    --dry-run) verb=plan ;;
    --check) verb=check ;;
    --take-over) take_over=yes ;;
    --help | -h) usage; exit ;;
    --timeout | --chart | --values)
        [ $# -gt 1 ] || refuse "$1 wants a value" "$command --help"
        case $1 in
        --timeout) timeout=$2 ;;
        --chart) chart=$2 ;;
        --values) more=$2 ;;
        esac
        shift ;;
    *) refuse "there is no option '$1'" "$command --help" ;;
    esac
    shift
done
case $timeout in
'' | *[!0-9]*) refuse "--timeout '$timeout' is not a whole number of seconds" "$command --timeout 300" ;;
esac
[ -z "$chart" ] || [ -f "$chart/Chart.yaml" ] || refuse "--chart $chart holds no Chart.yaml" "$command without --chart"
[ -z "$more" ] || [ -r "$more" ] || refuse "--values $more cannot be read" "$command --values FILE"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM

look_around
case $verb in
check) healthy 0 ;;
plan)
    get_chart
    plan
    ;;
install)
    allowed "$namespace" 'create namespaces' 'create customresourcedefinitions.apiextensions.k8s.io' \
        'create mutatingwebhookconfigurations.admissionregistration.k8s.io' \
        'create clusterroles.rbac.authorization.k8s.io' 'create secrets' 'create deployments.apps'
    nobody_else
    get_chart
    apply_namespace "$namespace"
    apply_definitions
    install
    healthy "$timeout"
    ;;
esac
