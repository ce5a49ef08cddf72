#!/bin/sh
# Install the gateway: an outer address, https with a certificate of its own, and Traefik behind both.
#
#   infra/oke/gateway.sh --host NAME --email ADDRESS --address IP [--dry-run]
#   infra/oke/gateway.sh --host NAME --check    # does https://NAME/ping answer? exits 1 and says what does not
#
#   --host NAME          what people open, such as todo.example.com or todo.203.0.113.7.sslip.io
#   --email ADDRESS      where Let's Encrypt writes when a certificate is about to end
#   --address IP         the reserved address that cluster-setup.sh printed
#   --authority URL      ACME directory (Let's Encrypt's; its staging one while you try things out)
#   --timeout SECONDS    how long balancer, name and certificate may take (600)
#   --dry-run            what it would do and what is there; changes nothing
#
# Needs kubectl, curl and openssl, and acts as the cluster's administrator (the current context). It may be
# ended at any moment and run again. Traefik rather than ingress-nginx, which was retired in March 2026.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=infra/oke/lib/kubernetes.sh
. "$here/lib/kubernetes.sh"
# shellcheck source=infra/oke/lib/gateway.sh
. "$here/lib/gateway.sh"

usage() { sed -n '2,/^# ended at any moment/s/^# \{0,1\}//p' "$0"; }

verb=install host='' email='' address='' timeout=600
authority=https://acme-v02.api.letsencrypt.org/directory
while [ $# -gt 0 ]; do
    case $1 in
    --dry-run) verb=plan ;;
    --check) verb=check ;;
    --help | -h) usage; exit ;;
    --host | --email | --address | --authority | --timeout)
        [ $# -gt 1 ] || refuse "$1 wants a value" "$command --help"
        case $1 in
        --host) host=$2 ;;
        --email) email=$2 ;;
        --address) address=$2 ;;
        --authority) authority=$2 ;;
        --timeout) timeout=$2 ;;
        esac
        shift ;;
    *) refuse "there is no option '$1'" "$command --help" ;;
    esac
    shift
done
look_at_arguments

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM

look_around
case $verb in
check) answers 0 ;;
plan) plan ;;
install)
    allowed traefik 'create namespaces' 'create clusterroles.rbac.authorization.k8s.io' \
        'create ingressclasses.networking.k8s.io' 'create deployments.apps' 'create services'
    say "installing Traefik $version${installed:+ over $installed}"
    apply_namespace traefik
    apply "what Traefik may do" --filename "$here/gateway-rbac.yaml"
    apply_placeholder
    filled_in | apply "the gateway" --filename -
    answers "$timeout"
    ;;
esac
