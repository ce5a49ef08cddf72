#!/bin/sh
# Make a Kubernetes cluster on Oracle Cloud, within the always-free limits unless told otherwise.
#
#   infra/oke/cluster-setup.sh --dry-run    # what it would make, what that costs, what is there already
#   infra/oke/cluster-setup.sh              # makes what is missing; after any failure, the same again
#   infra/oke/cluster-setup.sh --destroy    # takes down what it made, and nothing else
#
#   --name NAME            of everything it makes, also the value of the tag `todo-cluster` (todo)
#   --compartment OCID     use this compartment instead of making one
#   --ocpus N --memory GB  of all nodes together (2 and 12, the free limit)
#   --nodes N              that share them; each has a boot volume of 50 GB (1)
#   --enhanced             an enhanced cluster: 0.10 USD an hour
#   --private-nodes        nodes without public addresses; needs a NAT gateway, which accounts that
#                          were never upgraded may not have
#   --api-from CIDR        who reaches the cluster's API (0.0.0.0/0)
#   --kubernetes VERSION   such as v1.34.1 (the newest that Oracle offers)
#   --kubeconfig FILE      where access to the cluster is written (~/.kube/todo-oke)
#   --patience MINUTES     how long to try for nodes while Oracle is out of them (60)
#   --pause SECONDS        between two tries (30)
#   --yes                  do not ask before it costs money, or destroys
#
# Needs `oci` with a configuration (`oci setup config`). Each resource is looked for by its tag and
# name before it is made, so a run goes on where an earlier one stopped.
# shellcheck disable=SC2034 # the parts read these variables
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
for part in messages oci plan network cluster nodes destroy; do
    # shellcheck source=/dev/null
    . "$here/lib/$part.sh"
done

usage() { sed -n '2,/^# name before/s/^# \{0,1\}//p' "$0"; }

name=todo compartment='' ocpus=2 memory=12 nodes=1 type=BASIC_CLUSTER private='' api_from=0.0.0.0/0
version='' kubeconfig=$HOME/.kube/todo-oke patience=60 pause=30 yes='' verb=make
while [ $# -gt 0 ]; do
    case $1 in
    --dry-run) verb=plan ;;
    --destroy) verb=destroy ;;
    --enhanced) type=ENHANCED_CLUSTER ;;
    --private-nodes) private=yes ;;
    --yes) yes=yes ;;
    --help | -h) usage; exit ;;
    --name | --compartment | --ocpus | --memory | --nodes | --api-from | --kubernetes | --kubeconfig | --patience | --pause)
        [ $# -gt 1 ] || refuse "$1 wants a value" "infra/oke/cluster-setup.sh --help"
        case $1 in
        --name) name=$2 ;;
        --compartment) compartment=$2 ;;
        --ocpus) ocpus=$(number "$@") ;;
        --memory) memory=$(number "$@") ;;
        --nodes) nodes=$(number "$@") ;;
        --api-from) api_from=$2 ;;
        --kubernetes) version=$2 ;;
        --kubeconfig) kubeconfig=$2 ;;
        --patience) patience=$(number "$@") ;;
        --pause) pause=$(number "$@") ;;
        esac
        shift ;;
    *) refuse "there is no option '$1'" "infra/oke/cluster-setup.sh --help" ;;
    esac
    shift
done
case $name in
'' | *[!a-z0-9-]*) refuse "--name '$name' is not lower-case letters, digits and hyphens" "--name todo" ;;
esac
[ "$nodes" -gt 0 ] && [ "$ocpus" -ge "$nodes" ] && [ "$memory" -ge "$nodes" ] ||
    refuse "$ocpus OCPU and $memory GB cannot be shared by $nodes nodes of 1 OCPU and 1 GB at least" "--nodes 1"
[ $((ocpus % nodes)) = 0 ] && [ $((memory % nodes)) = 0 ] ||
    refuse "$ocpus OCPU and $memory GB do not divide into $nodes equal nodes" "--nodes 1"

command -v oci >/dev/null ||
    refuse "oci, Oracle's command line, is not on PATH" "uv tool install oci-cli, or: pipx install oci-cli"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM
export SUPPRESS_LABEL_WARNING=True
tags="{\"todo-cluster\":\"$name\"}"

case $verb in
plan | make)
    plan
    look_around
    [ "$verb" = plan ] || [ "$(monthly_cost)" = 0.00 ] || confirm "It costs about $(monthly_cost) USD a month. Go on?"
    compartment
    network
    cluster
    nodes
    address
    access
    ;;
destroy)
    look_around
    destroy
    ;;
esac
