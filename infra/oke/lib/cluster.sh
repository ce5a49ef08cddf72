# shellcheck shell=sh disable=SC2034,SC2154 # shared with the script that sources this
# The cluster, its reserved address, and access to it. Sourced.
# Reads: name compartment type version vcn and the subnets. Sets: cluster version.

cluster() {
    id=''
    [ -z "$vcn" ] || id=$(ours "$name" ce cluster list --compartment-id "$compartment")
    if ! found "cluster" "$name" "$id"; then
        [ -n "$version" ] || version=$(call ce cluster-options get --cluster-option-id all \
            --query 'sort(data."kubernetes-versions")[-1]' --raw-output)
        say "making      cluster $name, Kubernetes $version; takes about ten minutes"
        call ce cluster create --compartment-id "$compartment" --name "$name" --vcn-id "$vcn" --type "$type" \
            --kubernetes-version "$version" --freeform-tags "$tags" \
            --cluster-pod-network-options '[{"cniType":"FLANNEL_OVERLAY"}]' \
            --endpoint-subnet-id "$api_subnet" --endpoint-public-ip-enabled true \
            --service-lb-subnet-ids "[\"$balancer_subnet\"]" \
            --wait-for-state SUCCEEDED --wait-for-state FAILED --max-wait-seconds 2700 >/dev/null
        id=$(ours "$name" ce cluster list --compartment-id "$compartment")
        [ -n "$id" ] || refuse "Oracle gave up making the cluster $name" \
            "oci ce work-request list --compartment-id $compartment; then infra/oke/cluster-setup.sh --destroy"
        made cluster "$name"
    fi
    cluster=$id
    [ -z "$cluster" ] || await_cluster
}

# An earlier run may have stopped while Oracle was still at it.
await_cluster() {
    until=$(($(date +%s) + 2700))
    while :; do
        answer=$(call ce cluster get --cluster-id "$cluster" --raw-output \
            --query "join(' ', data.[\"lifecycle-state\", \"kubernetes-version\"])")
        version=${answer#* }
        case ${answer% *} in
        ACTIVE | UPDATING) return ;;
        CREATING) [ "$verb" != plan ] || return 0 ;;
        *) refuse "the cluster $name is ${answer% *}" "oci ce cluster get --cluster-id $cluster" ;;
        esac
        [ "$(date +%s)" -lt "$until" ] || refuse "the cluster $name is still being made" "the same command; it waits on"
        sleep "$pause"
    done
}

address() {
    id=''
    [ -z "$compartment" ] ||
        id=$(ours "$name" network public-ip list --compartment-id "$compartment" --scope REGION --lifetime RESERVED)
    if ! found "public address" "$name" "$id"; then
        id=$(call network public-ip create --compartment-id "$compartment" --display-name "$name" \
            --lifetime RESERVED --freeform-tags "$tags" --wait-for-state AVAILABLE --query data.id --raw-output)
        made "public address" "$name"
    fi
    address=$id
}

# Calls `oci` for a fresh token each time kubectl needs one, so nothing in the file expires.
access() {
    [ "$verb" != plan ] || return 0
    mkdir -p "$(dirname -- "$kubeconfig")"
    call ce cluster create-kubeconfig --cluster-id "$cluster" --file "$kubeconfig" --token-version 2.0.0 \
        --kube-endpoint PUBLIC_ENDPOINT >/dev/null
    chmod 600 "$kubeconfig"
    ip=$(call network public-ip get --public-ip-id "$address" --query 'data."ip-address"' --raw-output)
    say "
The cluster is there. Its reserved address is $ip: point the app's name there.
next: export KUBECONFIG=$kubeconfig && kubectl get nodes
then: infra/oke/dapr-init.sh, and infra/oke/gateway.sh --address $ip"
}
