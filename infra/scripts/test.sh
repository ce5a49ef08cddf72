#!/bin/sh
# Run every test that needs no cluster, side by side where they are not bound by the same core: all
# of them, or the named PARTS. Output and results (JUnit) are kept in JUNIT_DIR, by default
# .test-results; the last line counts all tests.
set -eu
cd "$(dirname "$0")/../.."
. infra/scripts/toolchain.sh

need_tests
# Once, before anything reads the folder it writes to; the parts that need it say why it failed.
infra/scripts/build-frontend.sh >/dev/null 2>&1 || :
exec python3 infra/scripts/run_tests.py test "$@"
