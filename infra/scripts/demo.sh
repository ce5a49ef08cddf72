#!/usr/bin/env bash
# Run the demonstration of docs/demo-script.md unattended: each block that is marked as tested with
# the name demo, in its order and in one shell, shown before it is run. Ends where a step fails.
#
#   infra/scripts/demo.sh           # on the embedded cluster, where a release serves: ./do deploy
#   infra/scripts/demo.sh --list    # show the steps; run nothing
set -euo pipefail
cd "$(dirname "$0")/../.."

case ${1-} in
'') mode=run ;;
--list) mode=list ;;
--help | -h) sed -n '2,${/^#/!q;s/^# \{0,1\}//p}' infra/scripts/demo.sh && exit ;;
*) printf "there is no option '%s'\nnext: infra/scripts/demo.sh --help\n" "$1" >&2 && exit 2 ;;
esac

# One script: for each heading and block a text that shows it, then the block itself.
# shellcheck disable=SC2016 # the program is awk's
steps=$(awk -v mode="$mode" '
    /^## / { printf "cat <<\"END_OF_STEP\"\n\n== %s\nEND_OF_STEP\n", substr($0, 4) }
    /^<!-- tested: demo -->$/ { marked = 1; next }
    marked && /^```sh$/ { inside = 1; marked = 0; block = ""; next }
    inside && /^```$/ {
        printf "cat <<\"END_OF_STEP\"\n\n%s\nEND_OF_STEP\n", block
        if (mode == "run") printf "%s", block
        inside = 0
        next
    }
    inside { block = block $0 "\n" }
' docs/demo-script.md)
[ -n "$steps" ] || { echo "docs/demo-script.md has no steps" >&2 && exit 2; }
[ "$mode" = list ] || [ -r /var/lib/todo-lab/pipeline.env ] || {
    printf 'the embedded cluster is not up\nnext: ./do deploy\n' >&2
    exit 2
}
exec bash -euo pipefail -c "$steps"
