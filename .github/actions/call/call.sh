#!/usr/bin/env bash
# Make the call of $VERB, and keep its result in $RUNNER_TEMP/result.json.
#
# A flag has the value of the variable of its name, --registry-username that of REGISTRY_USERNAME, and
# is left out where that is empty. Secrets are named, never written.
set -euo pipefail

arguments=()

given() { # FLAG...
    local flag name
    for flag in "$@"; do
        name=${flag^^} && name=${name//-/_}
        [ -z "${!name-}" ] || arguments+=("--$flag" "${!name}")
    done
}

referred() { # FLAG...: to a secret
    local flag name
    for flag in "$@"; do
        name=${flag^^} && name=${name//-/_}
        [ -z "${!name-}" ] || arguments+=("--$flag" "env:$name")
    done
}

identity() { # that release.toml names, however it is written there
    [ ! -e release.toml ] || python3 -c 'import tomllib
with open("release.toml", "rb") as file:
    print(tomllib.load(file).get("signing", {}).get("identity", ""))'
}

if [ "$VERB" != ci ]; then
    arguments=(--env "$ENVIRONMENT" --kubeconfig "file:$RUNNER_TEMP/kubeconfig")
fi
case $VERB in
deploy | rollback | verify | preview | unpreview)
    arguments+=(--holder "$GITHUB_REPOSITORY run $GITHUB_RUN_ID")
    ;;&
deploy | rollback | verify) given url ;;&
preview | unpreview) given name ;;&
deploy | preview | scan)
    given registry registry-username
    referred registry-password
    ;;&
deploy)
    # What a token is asked for with, not one itself: that would be over before the verdict is signed.
    if [ -n "$(identity)" ]; then
        lacking="signing.identity of release.toml wants permissions: id-token: write"
        IDENTITY_TOKEN=${ACTIONS_ID_TOKEN_REQUEST_URL:?$lacking}$'\n'$ACTIONS_ID_TOKEN_REQUEST_TOKEN
        export IDENTITY_TOKEN
    fi
    referred keys signing-key signing-password identity-token
    ;;
rollback | preview | unpreview) arguments+=(--lock-timeout 900) ;;&
rollback | verify) given revision ;;
diff) arguments+=(--exit-code) ;;
esac
dagger call "$VERB" "${arguments[@]}" --report-only report >"$RUNNER_TEMP/result.json"
