#!/bin/sh
# Run the tests that need a cluster, on the embedded one: up, every test marked `lab`, down.
set -eu
cd "$(dirname "$0")/../.."
. infra/scripts/toolchain.sh

infra/lab/lab up
need_ci
need_backend
PATH="/var/lib/todo-lab/bin:$PATH"
pytest -c pytest.ini -m lab "$@"
