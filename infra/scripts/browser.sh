#!/bin/sh
# Run the browser tests on a build and a backend of their own, or, with BASE_URL set, on an app that
# runs already. Arguments are Playwright's, such as the name of a file. With JUNIT_DIR set, the results
# are written to browser.xml in that folder, too.
set -eu
cd "$(dirname "$0")/../.."
. infra/scripts/toolchain.sh

infra/lab/lab packages chromium
need_frontend
if [ -z "${BASE_URL:-}" ]; then
    need_backend
    infra/scripts/build-frontend.sh
    # Pods that come and go change the machine's networks, at which Chromium gives up what it loads. So
    # browser and app have one of their own where that may be made; they need no more than its loopback.
    if command -v ip >/dev/null && unshare --net true 2>/dev/null; then
        exec unshare --net sh -c 'ip link set lo up && exec "$@"' sh \
            npm run --silent --prefix frontend test:browser -- "$@"
    fi
fi
exec npm run --silent --prefix frontend test:browser -- "$@"
