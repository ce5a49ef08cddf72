#!/usr/bin/env bash
# Give the version of Dagger in dagger.json as the step's output.
# The next step pastes it into a script, so nothing but a version may pass.
set -euo pipefail

version=$(sed -nE 's/.*"engineVersion": *"(v[0-9]+([.][0-9]+){2})".*/\1/p' dagger.json)
[ -n "$version" ]
echo "version=$version" >>"$GITHUB_OUTPUT"
