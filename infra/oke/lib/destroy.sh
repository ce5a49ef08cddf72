# shellcheck shell=sh disable=SC2034,SC2154 # shared with the script that sources this
# Take down what carries the tag, the last made first. Sourced.
# Reads: name compartment tenancy. What stands in the compartment without the tag stays.

destroy() {
    given=$compartment
    [ -n "$compartment" ] || compartment=$(ours "$name" iam compartment list --compartment-id "$tenancy")
    if [ -z "$compartment" ]; then
        say "there is no compartment with the name and tag of $name; what was made with --compartment is found with it"
        return
    fi
    say "This destroys what is tagged todo-cluster=$name in $compartment: the cluster and all that runs on it."
    say "Services of type LoadBalancer go first, by kubectl: their balancers are not tagged and hold the network."
    confirm "Destroy it?"
    gone ce node-pool SUCCEEDED
    gone ce cluster SUCCEEDED
    gone network public-ip TERMINATED --scope REGION --lifetime RESERVED
    for resource in subnet security-list route-table service-gateway nat-gateway internet-gateway vcn; do
        gone network "$resource" TERMINATED
    done
    [ -n "$given" ] || compartment_gone
}

gone() { # SERVICE RESOURCE STATE LIST-OPTIONS...
    service=$1 resource=$2 state=$3
    shift 3
    ids=$(ours '' "$service" "$resource" list --compartment-id "$compartment" "$@")
    for id in $ids; do
        call "$service" "$resource" delete "--$(option "$resource")" "$id" --force --wait-for-state "$state" >/dev/null
        say "destroyed   $resource $id"
    done
}

option() { # RESOURCE: what its delete command calls the OCID
    case $1 in
    internet-gateway) echo ig-id ;;
    route-table) echo rt-id ;;
    *) echo "$1-id" ;;
    esac
}

# Oracle takes minutes for it, in the background, and renames it at once.
compartment_gone() {
    if oci iam compartment delete --compartment-id "$compartment" --force >/dev/null 2>"$scratch/error"; then
        say "destroyed   compartment $compartment"
    elif failed_with '"status": 409'; then
        say "kept        compartment $compartment: it holds what this script did not make"
    else
        explain iam compartment delete
    fi
}
