# shellcheck shell=sh
# Sourced from the repository's root by `do` and the scripts beside this file: makes the Python and
# Node environments when their lock files changed. All downloads land in one cache.

TODO_LAB_CACHE=${TODO_LAB_CACHE:-$HOME/.cache/todo-lab}
UV_CACHE_DIR=$TODO_LAB_CACHE/uv
GOMODCACHE=$TODO_LAB_CACHE/go/mod
GOCACHE=$TODO_LAB_CACHE/go/build
npm_config_cache=$TODO_LAB_CACHE/npm
export TODO_LAB_CACHE UV_CACHE_DIR GOMODCACHE GOCACHE npm_config_cache
# Where it is set, each start of the pipeline compiles the pipeline again: a sixth of a start.
unset PYTHONDONTWRITEBYTECODE
# renovate: datasource=pypi depName=uv
UV_VERSION=0.13.9
# renovate: datasource=npm depName=node
NODE_VERSION=24.21.0
# renovate: datasource=go depName=github.com/rhysd/actionlint
ACTIONLINT_VERSION=1.7.12
# renovate: datasource=go depName=github.com/nektos/act
ACT_VERSION=0.2.89
PATH="$PWD/ci/.venv/bin:$TODO_LAB_CACHE/uv-$UV_VERSION/bin:$TODO_LAB_CACHE/node-$NODE_VERSION/node_modules/.bin:$PATH"

need() { # COMMAND WHAT-FOR
    command -v "$1" >/dev/null || {
        echo "cannot find '$1', which $2; install it and run the same command again" >&2
        exit 1
    }
}

# A stamp holds what an environment was made from; the same text again means nothing to do.
fresh() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

need_uv() {
    need python3 "runs the pipeline and the backend"
    uv=$TODO_LAB_CACHE/uv-$UV_VERSION
    fresh "$uv/stamp" "$UV_VERSION" && return
    echo "installing uv $UV_VERSION"
    python3 -m venv --clear "$uv" ||
        { echo "python3 cannot make a virtual environment; next: apt-get install python3-venv" >&2; exit 1; }
    "$uv/bin/pip" install --quiet "uv==$UV_VERSION"
    echo "$UV_VERSION" >"$uv/stamp"
}

need_python() { # DIRECTORY with requirements-dev.lock
    need_uv
    made_from="$PWD $(sha256sum <"$1/requirements-dev.lock") $(sha256sum <"$1/pyproject.toml")"
    fresh "$1/.venv/stamp" "$made_from" && return
    echo "installing the Python packages of $1"
    uv venv --quiet --clear --python "$(command -v python3)" "$1/.venv"
    # Compiled once here: steps write nothing, and each of their processes would compile it again.
    uv pip sync --quiet --require-hashes --compile-bytecode --python "$1/.venv" "$1/requirements-dev.lock"
    # backend/ is run from its folder; ci/ is a package with a command of its own.
    [ "$1" != ci ] ||
        uv pip install --quiet --python "$1/.venv" --no-deps --no-sources --no-build-isolation --editable "$1"
    echo "$made_from" >"$1/.venv/stamp"
}

need_ci() { need_python ci; }
need_backend() { need_python backend; }

need_node() {
    need npm "builds the frontend"
    node=$TODO_LAB_CACHE/node-$NODE_VERSION
    fresh "$node/stamp" "$NODE_VERSION" && return
    echo "installing Node $NODE_VERSION"
    npm install --silent --prefix "$node" "node@$NODE_VERSION"
    echo "$NODE_VERSION" >"$node/stamp"
}

need_frontend() {
    need_node
    made_from=$(sha256sum <frontend/package-lock.json)
    fresh frontend/node_modules/.stamp "$made_from" && return
    echo "installing the Node packages of frontend"
    npm ci --silent --prefix frontend
    echo "$made_from" >frontend/node_modules/.stamp
}

need_go_program() { # NAME VERSION PACKAGE
    need go "builds $1"
    made=$TODO_LAB_CACHE/$1-$2
    PATH="$made:$PATH"
    [ -x "$made/$1" ] && return
    echo "building $1 $2"
    GOBIN=$made go install "$3@v$2"
}

need_actionlint() {
    need_go_program actionlint "$ACTIONLINT_VERSION" github.com/rhysd/actionlint/cmd/actionlint
}

# Runs the workflow on this machine, for its tests.
need_act() { need_go_program act "$ACT_VERSION" github.com/nektos/act; }

# An environment of a program's own, so that its packages meet nobody's; its folder is in $program.
# Each package is one whose hash is locked, and none is built: this runs beside a workflow's secrets.
need_python_program() { # NAME of a lock in infra/oke/requirements
    need_uv
    lock=infra/oke/requirements/$1.lock
    made_from=$(sha256sum <"$lock")
    program=$TODO_LAB_CACHE/$1-$(echo "$made_from" | cut -c1-12)
    fresh "$program/stamp" "$made_from" && return
    echo "installing $1"
    uv venv --quiet --clear --python "$(command -v python3)" "$program"
    uv pip install --quiet --python "$program" --require-hashes --only-binary :all: --requirement "$lock"
    echo "$made_from" >"$program/stamp"
}

# Oracle's command line, which infra/oke/tests run against a double of Oracle's API.
need_oci() {
    need_python_program oci-cli
    PATH="$program/bin:$PATH"
}

# What infra/oke/kafka-topics.sh speaks to a broker with.
need_kafka_client() { need_python_program kafka-client; }

need_helm() {
    helm=$(infra/lab/lab tools helm)
    PATH="$(dirname "$helm"):$PATH"
}

# All that the tests without a cluster run on.
need_tests() {
    infra/lab/lab packages postgresql pgbouncer openssl skopeo docker-registry apache2-utils
    need_ci
    need_backend
    need_frontend
    need_helm
    need_actionlint
    need_act
    need_oci
}
