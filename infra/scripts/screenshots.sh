#!/bin/sh
# Take the pictures of docs/images again: the build and a backend whose clock stands at a day in March.
set -eu
cd "$(dirname "$0")/../.."
. infra/scripts/toolchain.sh

infra/lab/lab packages chromium faketime
need_backend
need_frontend
exec npm run --silent --prefix frontend screenshots
