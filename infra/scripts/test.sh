#!/bin/sh
# Run every test that needs no cluster: the linters, then each part's own suite.
# All of them run even when one fails, so that one run shows everything there is to mend.
set -eu
cd "$(dirname "$0")/../.."
. infra/scripts/toolchain.sh

infra/lab/lab packages postgresql openssl
need_ci
need_backend
need_frontend
need_helm
need_actionlint

failed=
run() { # NAME COMMAND...
    name=$1
    shift
    echo "== $name"
    "$@" || failed="$failed $name"
}

run lint todo-ci lint
run chart todo-ci chart
run components todo-ci test
run browser infra/scripts/browser.sh
run repository pytest -c pytest.ini -m "not lab" "$@"

[ -z "$failed" ] || {
    echo "failed:$failed" >&2
    exit 1
}
