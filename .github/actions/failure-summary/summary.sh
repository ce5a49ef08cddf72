#!/usr/bin/env bash
# Put the error of the last `dagger call` into the job's summary.
# From the last line that starts with it: what the call itself said, below all progress.
set -euo pipefail

[ -s "$RUNNER_TEMP/said" ] || exit 0
{
  echo '```text'
  awk '/^Error: / { said = "" } { said = said $0 "\n" } END { printf "%s", said }' \
    "$RUNNER_TEMP/said" | tail -n 100
  echo '```'
} >>"$GITHUB_STEP_SUMMARY"
