# shellcheck shell=sh
# What every script here says, and how it refuses. Sourced first.

say() { printf '%s\n' "$*"; }

refuse() { # WHAT NEXT
    printf '%s\nnext: %s\n' "$1" "$2" >&2
    exit 1
}
