#!/bin/sh
# Finish the Go base image in the root file system $1: the Go that was downloaded to $GO_TOOLCHAIN, at
# the place of the image it stands in for.
set -eu
root=$1
go=$root/usr/local/go

cp -R "$GO_TOOLCHAIN" "$go"
chown -R 0:0 "$go"
# A module is read-only, and holds no programs.
chmod -R u+w "$go"
chmod 755 "$go"/bin/* "$go"/pkg/tool/*/*
mkdir -p "$root/go/src" "$root/go/bin"
chmod -R 1777 "$root/go"
chroot "$root" /usr/local/go/bin/go version
