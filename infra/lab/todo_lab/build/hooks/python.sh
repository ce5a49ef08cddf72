#!/bin/sh
# Finish the Python base image in the root file system $1: Debian's Python under the names and
# with the manners of the image it stands in for.
set -eu
root=$1

# The image is one application's own: pip may install into it.
rm "$root"/usr/lib/python3.13/EXTERNALLY-MANAGED

# pip out of the wheel that python3-venv brings, into /usr/local like everything of this image.
# Debian's own package of pip would bring a compiler's worth of dependencies.
# shellcheck disable=SC2016 # expanded inside
chroot "$root" sh -c '
    wheel=$(echo /usr/share/python-wheels/pip-*.whl)
    PYTHONPATH=$wheel python3 -m pip install --quiet --no-index --no-cache-dir \
        --root-user-action=ignore "$wheel"'

for name in python python3 python3.13; do
    ln -s /usr/bin/python3.13 "$root/usr/local/bin/$name"
done
chroot "$root" /usr/local/bin/python -c 'import ssl, sqlite3, venv, pip'
