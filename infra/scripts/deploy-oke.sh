#!/usr/bin/env bash
# Take this commit to a verified release: the cluster's Secrets, the images, the release.
#
#   infra/scripts/deploy-oke.sh                # with the values of .env, which `./do ci init` writes
#   infra/scripts/deploy-oke.sh --dry-run      # what the release would change; changes nothing
#
#   --env NAME                oke, or local for the embedded cluster (oke)
#   --url URL                 what people open
#   --kubeconfig REF          access to the cluster, such as file:~/.kube/todo-pipeline
#   --registry HOST/PATH      of the images (ghcr.io/OWNER of git's origin)
#   --registry-username NAME, --registry-password REF    may push; the nodes' login is the same, or what .env says
#                             of SECRETS_REGISTRYUSERNAME and SECRETS_REGISTRYPASSWORD, which need only read
#   --database-url REF, --better-auth-secret REF
#   --kafka-brokers HOST:PORT[,...], --kafka-username NAME, --kafka-password REF
#   --cohere-api-key REF      optional: without it the assistant works offline
#   --holder TEXT             who deploys, as others are told
#   --images JSON             release these, which `publish` printed, instead of building
#   --values FILE             of the chart, over those of the environment
#   --keep-secrets            leave the cluster's Secrets as they are
#   --allow-http              an address without https: who signs in there is seen
#   --allow-unverified-database    a database whose certificate nobody checks
#
# REF is env:NAME or file:PATH: a secret is named here, never written. What is missing is asked for
# by name before anything begins. Calls `dagger call` where there is dagger, else `./do ci`: the
# same verbs, which do the work.
#
# Ends with 0 when this commit serves and verified; with 2 when nothing was begun; else with the
# failing verb's code: then the last good release serves, or the report says what does.
set -euo pipefail
called_from=$PWD
cd "$(dirname "$0")/../.."
# shellcheck source=infra/scripts/pipeline.sh
. infra/scripts/pipeline.sh

secrets=(database-url better-auth-secret cohere-api-key kafka-brokers kafka-username kafka-password)
registry=(registry registry-username registry-password)
read_flags "env url kubeconfig holder images values ${registry[*]} ${secrets[*]}" \
    "dry-run keep-secrets allow-http allow-unverified-database" "$@"
choose_environment

want deploy url "what people open, such as https://todo.example.com"
want_reference deploy kubeconfig "access to the cluster, which infra/oke/kubeconfig.sh writes"
look_up deploy registry
[ -n "${value[registry]}" ] || git remote get-url origin >/dev/null 2>&1 ||
    lacks deploy registry "where images go, such as ghcr.io/OWNER: git has no origin that tells it"
want deploy registry-username "user of the registry"
want_reference deploy registry-password "a token that may read and write packages"
pushing=("${value[registry-username]}" "${value[registry-password]}")
look_up deploy holder
look_up deploy images
may_file deploy values
if [ -z "${given[keep-secrets]-}${given[dry-run]-}" ]; then
    want_reference secrets database-url "postgresql://... of the app"
    want_reference secrets better-auth-secret "key that signs sessions (openssl rand -base64 32)"
    may_reference secrets cohere-api-key
    want secrets kafka-brokers "addresses of Kafka, host:port[,host:port]"
    want secrets kafka-username "user of Kafka"
    want_reference secrets kafka-password "password of Kafka's user"
    look_up secrets registry-username
    may_reference secrets registry-password
    pulling=("${value[registry-username]:-${pushing[0]}}" "${value[registry-password]:-${pushing[1]}}")
fi
end_if_missing

if [ -z "${given[keep-secrets]-}${given[dry-run]-}" ]; then
    value[registry-username]=${pulling[0]} value[registry-password]=${pulling[1]}
    switch_on allow-unverified-database
    call secrets env kubeconfig holder "${registry[@]}" "${secrets[@]}"
fi
value[registry-username]=${pushing[0]} value[registry-password]=${pushing[1]}
switch_on dry-run allow-http
call deploy env url kubeconfig holder images values "${registry[@]}"
