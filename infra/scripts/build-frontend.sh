#!/bin/sh
# Build the frontend's standalone server, unless this very code was built here before.
# Whoever asks while another build is under way waits for it.
set -eu
cd "$(dirname "$0")/../.."
. infra/scripts/toolchain.sh
need_frontend
cd frontend

exec 9>node_modules/.build-lock
flock 9

# .dockerignore lists what the image's build reads; this build reads the same.
made_from=$(
    sed -n 's/^!//p' .dockerignore | xargs -I{} find {} -type f ! -name '*.test.ts*' |
        LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum
)
# With the build's own id, so that a build made by other means is not taken for this one.
stamp() { echo "$made_from $NODE_VERSION $(cat .next/standalone/.next/BUILD_ID)"; }

if [ -f .next/standalone/.next/BUILD_ID ] && fresh .next/built-from "$(stamp)"; then
    exit 0
fi
npm run --silent build
stamp >.next/built-from
