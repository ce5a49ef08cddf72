#!/bin/sh
# Run the app alone on this machine, without root and without a cluster: SQLite, in-process events,
# offline assistant; backend and frontend behind one address. Ends both on Ctrl-C.
set -eu
cd "$(dirname "$0")/../.."
. infra/scripts/toolchain.sh

READY_SECONDS=120
END_SECONDS=15
home=${TODO_DEV_HOME:-$PWD/.dev}
port=3000

die() {
    echo "$1" >&2
    exit 1
}

while [ $# -gt 0 ]; do
    case $1 in
    --port)
        port=${2:-}
        [ $# -eq 1 ] || shift
        ;;
    *) die "./do dev: there is no option '$1'; accepted: --port NUMBER" ;;
    esac
    shift
done
case $port in
'' | *[!0-9]*) die "./do dev --port: '$port' is no port; accepted: a number, such as --port 3001" ;;
esac

# Prints a free port, or the one given when it is free.
free_port() {
    python3 -c '
import socket, sys
with socket.socket() as listening:
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", int(sys.argv[1])))
    print(listening.getsockname()[1])' "$1" 2>/dev/null
}

answers() { # URL
    python3 -c '
import sys, urllib.request
urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sys.argv[1], timeout=20)' \
        "$1" 2>/dev/null
}

# Starts a command in a session of its own, so that Ctrl-C reaches this script alone and what the
# command starts ends with it. Its number is in NAME.pid, what it says in NAME.log.
start() { # NAME DIRECTORY COMMAND...
    name=$1
    directory=$2
    shift 2
    (cd "$directory" && exec setsid "$@") >"$home/$name.log" 2>&1 </dev/null &
    echo $! >"$home/$name.pid"
}

pid_of() { cat "$home/$1.pid" 2>/dev/null; }
runs() { pid=$(pid_of "$1") && kill -0 "$pid" 2>/dev/null; }

# Ends a part and all it started. Without "--": the kill of Debian's sh does not know it.
# shellcheck disable=SC2329 # called by the trap
end() { # NAME
    pid=$(pid_of "$1") || return 0
    rm -f "$home/$1.pid"
    kill -TERM "-$pid" 2>/dev/null || return 0
    waited=0
    # The group lives as long as any process of it.
    while kill -0 "-$pid" 2>/dev/null; do
        [ "$waited" -lt $((END_SECONDS * 10)) ] || kill -KILL "-$pid" 2>/dev/null || true
        sleep 0.1
        waited=$((waited + 1))
    done
}

fail() { # WHAT NAME
    echo "$1; the last lines of $home/$2.log:" >&2
    tail -n 20 "$home/$2.log" >&2
    exit 1
}

need python3 "runs the backend"
need setsid "starts both parts (package util-linux)"
free_port "$port" >/dev/null ||
    die "port $port is taken; next: ./do dev --port $((port + 1)), or see who has it: ss -ltnp 'sport = :$port'"
need_backend
need_frontend

mkdir -p "$home"
chmod 700 "$home"
for name in frontend backend; do
    ! runs "$name" || die "the app runs already with $home; next: stop it with Ctrl-C where it was started"
done
# Kept, so that whoever is signed in stays so. It is for this machine only.
[ -s "$home/secret" ] ||
    (umask 077 && python3 -c 'import secrets; print(secrets.token_hex(32))' >"$home/secret")

backend_port=$(free_port 0)
BETTER_AUTH_SECRET=$(cat "$home/secret")
export BETTER_AUTH_SECRET
export BETTER_AUTH_URL="http://127.0.0.1:$port"
export BETTER_AUTH_TRUSTED_ORIGINS="http://localhost:$port"
export BETTER_AUTH_JWKS_URL="http://127.0.0.1:$port/api/auth/jwks"
export DATABASE_URL="sqlite:///$home/todo.db"
export TODO_ENVIRONMENT=local TODO_EVENTS=in-process
export TODO_HOST=127.0.0.1 TODO_PORT="$backend_port"
export TODO_BACKEND_URL="http://127.0.0.1:$backend_port"
export NEXT_TELEMETRY_DISABLED=1

# The development server leaves types of the pages there were: another branch trips over them.
trap 'trap "" INT TERM HUP; end frontend; end backend; rm -rf frontend/.next/dev/types' EXIT
trap 'echo; echo "stopping"; exit 130' INT
trap 'exit 143' TERM HUP

start frontend frontend node node_modules/next/dist/bin/next dev --hostname 127.0.0.1 --port "$port"
start backend backend sh -c '.venv/bin/python todo migrate && exec .venv/bin/python todo serve'

echo "starting backend and frontend"
deadline=$(($(date +%s) + READY_SECONDS))
until answers "http://127.0.0.1:$port/" && answers "http://127.0.0.1:$port/api/health"; do
    for name in backend frontend; do
        runs "$name" || fail "the $name has ended" "$name"
    done
    [ "$(date +%s)" -lt $deadline ] || fail "the app does not answer within $READY_SECONDS s" frontend
    sleep 0.3
done
echo "the app is at http://127.0.0.1:$port (Ctrl-C ends it; data and logs are in $home)"

while runs backend && runs frontend; do
    # Waited for, not slept: a signal is answered at once.
    sleep 1 &
    wait $! || true
done
runs backend || fail "the backend has ended" backend
fail "the frontend has ended" frontend
