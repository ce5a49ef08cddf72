#!/bin/sh
# The door for a newcomer: ./do deploy | verify | rollback | status | test | e2e | dev | bench | pin | down | ci VERB...
# Everything a verb needs is set up first, into the cache and into folders that git ignores.
set -eu
cd "$(dirname "$0")"
. infra/scripts/toolchain.sh

usage() {
    cat <<'TEXT'
usage: ./do VERB [ARGUMENT...]

  dev        run the app alone on this machine: no root, no cluster (--port NUMBER)
  deploy     bring up the embedded cluster, then build, release and verify this commit on it
  verify     check the release that serves          status    show what runs
  rollback   go back to the last good release       history   list the releases
  diff       show what a deploy would change       logs      say why the release does not work
  doctor     look at what a release stands on
  test       run every test that needs no cluster, or the named parts of them: ./do test lint
  e2e        run the tests that need one
  screenshots  take the pictures of docs/images again
  bench      measure events, and the API            lab VERB  call the embedded cluster's own command
  pin        write the digest of each base and tool image behind its tag (--check)
  down       remove the embedded cluster
  ci VERB    call any other verb of the pipeline: lint, publish, promote, preview, rehearse, scan, secrets, init;
             ./do ci --help has a line for each
TEXT
}

# The pipeline's default arguments on the lab: addresses, and secrets by reference.
pipeline_on_the_lab() {
    lab_is_up
    set -a
    . /var/lib/todo-lab/pipeline.env
    set +a
    PATH="/var/lib/todo-lab/bin:$PATH"
}

# Errors and reports then name the next command as it can be typed here.
todo_ci() {
    TODO_CI_CALLED_AS=./do todo-ci "$@"
}

lab_is_up() {
    [ -r /var/lib/todo-lab/pipeline.env ] || {
        echo "the embedded cluster is not up; next: ./do deploy" >&2
        exit 1
    }
}

verb=${1:-help}
[ $# -eq 0 ] || shift
case $verb in
deploy)
    infra/lab/lab up
    need_ci
    pipeline_on_the_lab
    todo_ci secrets --env local
    todo_ci deploy --env local "$@"
    echo "the app is at http://127.0.0.1:8000"
    ;;
verify | rollback | status | history | diff | logs | doctor)
    pipeline_on_the_lab
    need_ci
    todo_ci "$verb" --env local "$@"
    ;;
bench)
    need_backend
    kafka=$(infra/lab/lab tools kafka)
    daprd=$(infra/lab/lab tools daprd)
    cd backend
    exec .venv/bin/python -m bench --kafka "$kafka" --daprd "$daprd" "$@"
    ;;
dev) exec infra/scripts/dev.sh "$@" ;;
test) exec infra/scripts/test.sh "$@" ;;
pin)
    need_ci
    exec python3 infra/scripts/pin_images.py "$@"
    ;;
screenshots) exec infra/scripts/screenshots.sh ;;
e2e) exec infra/scripts/e2e.sh "$@" ;;
ci)
    need_ci
    case ${1:-} in lint | test | ci) need_backend && need_frontend ;; esac
    case ${1:-} in chart | ci) need_helm ;; esac
    case ${1:-} in lint | ci) need_actionlint ;; esac
    # The lab's defaults are no other cluster's, and no other app's.
    case " ${TODO_CI_PROJECT:+--project }$* " in
    *" --project "* | *" --project="*) PATH="/var/lib/todo-lab/bin:$PATH" ;;
    *" --env local "* | *" --env=local "*) [ ! -r /var/lib/todo-lab/pipeline.env ] || pipeline_on_the_lab ;;
    esac
    todo_ci "$@"
    ;;
lab) exec infra/lab/lab "$@" ;;
down) exec infra/lab/lab down "$@" ;;
help | -h | --help) usage ;;
*)
    usage >&2
    echo "there is no verb '$verb'; next: ./do help" >&2
    exit 2
    ;;
esac
