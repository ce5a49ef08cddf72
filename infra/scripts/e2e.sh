#!/bin/sh
# Run the tests that need a cluster, on the embedded one: up, then every test marked `lab`.
# Arguments are pytest's. The last line counts all tests.
set -eu
cd "$(dirname "$0")/../.."
. infra/scripts/toolchain.sh

# Images for arm64 are made and read back too; their base images take two minutes, once.
infra/lab/lab build --platform linux/arm64 >/dev/null
infra/lab/lab up
# For the tests in a browser: ci/tests/cluster/test_browser.py, infra/oke/tests/test_gateway_browser.py.
infra/lab/lab packages chromium libnss3-tools
need_tests
PATH="/var/lib/todo-lab/bin:$PATH"
exec python3 infra/scripts/run_tests.py e2e "$@"
