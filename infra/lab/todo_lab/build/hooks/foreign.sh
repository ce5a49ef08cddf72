#!/bin/sh
# Finish the root file system $1 of another platform. Its packages are unpacked there, and nothing of
# it can run here: what an installation adds to its packages is the same on every platform, so that
# comes from the native image, which is unpacked in $NATIVE.
set -eu
export LC_ALL=C
root=$1
lists=$(mktemp -d)
trap 'rm -rf "$lists"' EXIT

# Packages may own files by names below /bin, /sbin and /lib, which are links into /usr.
cat "$NATIVE"/var/lib/dpkg/info/*.list | sed -E 's#^/(bin|sbin|lib)/#/usr/\1/#' |
    sort -u >"$lists/owned"
(cd "$NATIVE" && find . -mindepth 1) | sed 's#^\.##' | sort >"$lists/present"

# What the native image leaves out of its packages, such as documentation, is left out here.
comm -23 "$lists/owned" "$lists/present" | sed -n 's#^/\(usr/.*\)#\1#p' >"$lists/left-out"
(cd "$root" && xargs --arg-file="$lists/left-out" --delimiter='\n' rm -rf)
find "$root/usr/share/doc" -type f -name '*arm64*' -delete

# What no package owns: users, certificates, links; not the records of the native platform.
comm -13 "$lists/owned" "$lists/present" |
    grep -v -e '^/lib64$' -e '^/etc/ld\.so\.cache$' -e '^/var/lib/dpkg/' -e x86_64-linux-gnu |
    sed 's#^/##' >"$lists/added"
tar --create --directory "$NATIVE" --no-recursion --files-from "$lists/added" |
    tar --extract --directory "$root" --same-permissions --numeric-owner

# Debian ships folders and makes them links when it is installed.
for name in lock run; do
    rmdir "$root/var/$name"
    cp --no-dereference "$NATIVE/var/$name" "$root/var/$name"
done

# The list of packages, as scanners of images and `dpkg --list` read it.
for deb in "$root"/var/cache/apt/archives/*.deb; do
    dpkg-deb --field "$deb" | sed '1a Status: install ok installed'
    echo
done >"$root/var/lib/dpkg/status"

# Programs that npm packages bring.
[ -z "${NPM_PACKAGES:-}" ] ||
    install -m 755 "$NPM_PACKAGES"/lib/node_modules/node-linux-*/bin/node "$root/usr/local/bin/node"

# This machine's name and resolver.
rm -f "$root/etc/resolv.conf" "$root/etc/hostname"
