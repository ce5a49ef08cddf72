#!/usr/bin/env bash
# Say whether what was released serves: a line for each check, and the next command of each failure.
#
#   infra/scripts/verify-deployment.sh         # with the values of .env, which `./do ci init` writes
#
#   --env NAME           oke, or local for the embedded cluster (oke)
#   --url URL            what people open
#   --kubeconfig REF     access to the cluster, such as file:~/.kube/todo-pipeline
#   --holder TEXT        who verifies, as others are told while it holds the deploy lock
#   --revision NUMBER    the release that should serve (the newest)
#
# REF is env:NAME or file:PATH. Calls the verb `verify`, by `dagger call` where there is dagger, else
# by `./do ci`; ci/README.md tells what each check means.
#
# Ends with 0 when it serves, with 1 when a check failed, with 2 when nothing was begun.
set -euo pipefail
called_from=$PWD
cd "$(dirname "$0")/../.."
# shellcheck source=infra/scripts/pipeline.sh
. infra/scripts/pipeline.sh

read_flags "env url kubeconfig holder revision" "" "$@"
choose_environment
want verify url "what people open, such as https://todo.example.com"
want_reference verify kubeconfig "access to the cluster, which infra/oke/kubeconfig.sh writes"
look_up verify holder
look_up verify revision
[[ ${value[revision]} =~ ^[0-9]*$ ]] || refuse "--revision '${value[revision]}' is no number" "./do ci history --env ${value[env]}"
end_if_missing

call verify env url kubeconfig holder revision
