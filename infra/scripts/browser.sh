#!/bin/sh
# Run the browser tests on a build and a backend of their own, or, with BASE_URL set, on an app that
# runs already. Arguments are Playwright's, such as the name of a file. With JUNIT_DIR set, the results
# are written to browser.xml in that folder, too.
set -eu
cd "$(dirname "$0")/../.."
. infra/scripts/toolchain.sh

# A network of one's own: loopback, and a link that leads nowhere.
# shellcheck disable=SC2016 # the shell in it expands
own_network='
    ip link add name outside type veth peer name nowhere
    ip address add 192.0.2.1/24 dev outside
    for it in lo outside nowhere; do ip link set dev "$it" up; done
    exec "$@"'

infra/lab/lab packages chromium
need_frontend
if [ -z "${BASE_URL:-}" ]; then
    need_backend
    infra/scripts/build-frontend.sh
    # Pods that come and go change the machine's networks, at which Chromium gives up what it loads. So
    # browser and app have one of their own where that may be made; without its link the browser would
    # take itself for offline.
    if unshare --net sh -euc "$own_network" sh true 2>/dev/null; then
        exec unshare --net sh -euc "$own_network" sh \
            npm run --silent --prefix frontend test:browser -- "$@"
    fi
fi
exec npm run --silent --prefix frontend test:browser -- "$@"
