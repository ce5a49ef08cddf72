# shellcheck shell=sh disable=SC2034,SC2154 # shared with the script that sources this
# The node pool, which Oracle often has no host for: tried again in each availability domain. Sourced.
# Reads: name compartment cluster version ocpus memory nodes domains node_subnet patience pause verb.

nodes() {
    id=''
    [ -z "$cluster" ] ||
        id=$(ours "$name" ce node-pool list --compartment-id "$compartment" --cluster-id "$cluster")
    until=$(($(date +%s) + patience * 60))
    tried=0
    if [ -z "$id" ] || [ "$verb" = plan ]; then
        found "node pool" "$name" "$id" && return
    elif housed "$id"; then
        found "node pool" "$name" "$id"
        return
    else
        dismiss "$id"
    fi
    image=$(newest_image)
    [ -n "$image" ] || refuse "Oracle has no image of $version for A1" "the same command with another --kubernetes"
    until make_pool; do
        [ "$(date +%s)" -lt "$until" ] || refuse "no host for $ocpus OCPU and $memory GB within $patience minutes" \
            "the same command later with a longer --patience, or upgrade the account to pay-as-you-go, which is served first and stays free within the limits"
        say "waiting     Oracle is out of hosts in $domain; next try in $pause seconds, until $patience minutes are over"
        sleep "$pause"
    done
    made "node pool" "$name"
}

newest_image() {
    call ce node-pool-options get --node-pool-option-id all --raw-output --query \
        "data.sources[?contains(\"source-name\", 'aarch64') && contains(\"source-name\", 'OKE-${version#v}-')] |
        sort_by(@, &\"source-name\")[-1].\"image-id\""
}

# Make the pool in the next availability domain; fail when there is no host for it.
make_pool() {
    # shellcheck disable=SC2086
    set -- $domains
    shift $((tried % $#))
    domain=$1
    tried=$((tried + 1))
    # oci itself would try for ten minutes, and say nothing.
    if ! oci --no-retry ce node-pool create --compartment-id "$compartment" --cluster-id "$cluster" --name "$name" \
        --kubernetes-version "$version" --node-shape VM.Standard.A1.Flex --size "$nodes" \
        --node-shape-config "{\"ocpus\":$((ocpus / nodes)),\"memoryInGBs\":$((memory / nodes))}" \
        --node-source-details "{\"sourceType\":\"IMAGE\",\"imageId\":\"$image\",\"bootVolumeSizeInGBs\":$VOLUME}" \
        --placement-configs "[{\"availabilityDomain\":\"$domain\",\"subnetId\":\"$node_subnet\"}]" \
        --freeform-tags "$tags" --node-freeform-tags "$tags" --wait-for-state SUCCEEDED --wait-for-state FAILED \
        --max-wait-seconds 1800 >/dev/null 2>"$scratch/error"; then
        failed_with 'Out of host capacity' || explain ce node-pool create
        return 1
    fi
    id=$(ours "$name" ce node-pool list --compartment-id "$compartment" --cluster-id "$cluster") || exit
    [ -n "$id" ] || return 1
    housed "$id" new && return
    dismiss "$id"
    return 1
}

# Wait until every node runs; fail when one has no host. A pool is made even then, and Oracle does
# not try again on its own.
housed() { # POOL [new]
    while :; do
        answer=$(call ce node-pool get --node-pool-id "$1" --raw-output --query \
            "join(' ', data.nodes[].join('', [\"lifecycle-state\", ' ', \"node-error\".message || '']))") || exit
        case ${2-}$answer in
        new*'Out of host capacity'*) return 1 ;;
        # A pool where something may run is nobody's to throw away but its owner's.
        *ACTIVE*'Out of host capacity'* | *'Out of host capacity'*ACTIVE*)
            refuse "a node has no host, and others of the pool run: $answer" \
                "oci ce node-pool update --node-pool-id $1 --size 1, or wait: Oracle is asked again when a node is replaced"
            ;;
        *'Out of host capacity'*) return 1 ;;
        *FAIL*) refuse "a node failed: $answer" "oci ce node-pool get --node-pool-id $1; then infra/oke/cluster-setup.sh --destroy" ;;
        *CREATING* | *UPDATING* | '') ;;
        *) return 0 ;;
        esac
        [ "$(date +%s)" -lt "$until" ] || refuse "the nodes are not up within $patience minutes" "the same command; it waits on"
        sleep "$pause"
    done
}

dismiss() { # POOL
    call ce node-pool delete --node-pool-id "$1" --force --wait-for-state SUCCEEDED >/dev/null || exit
}
