# shellcheck shell=sh disable=SC2034,SC2154 # shared with the script that sources this
# The compartment, and in it the network: Oracle's example for flannel with a public API. Sourced.
# Reads: name compartment tenancy private api_from verb. Sets: compartment vcn api_subnet
# balancer_subnet node_subnet.

API_NET=10.0.0.0/28
NODE_NET=10.0.10.0/24
BALANCER_NET=10.0.20.0/24
ANYWHERE=0.0.0.0/0

compartment() {
    if [ -n "$compartment" ]; then
        say "given       compartment $compartment"
        return
    fi
    id=$(ours "$name" iam compartment list --compartment-id "$tenancy")
    if found compartment "$name" "$id"; then
        # It may be new all the same: an earlier run may have ended here.
        [ "$verb" = plan ] || settle "$id" 4
    else
        id=$(call iam compartment create --compartment-id "$tenancy" --name "$name" --freeform-tags "$tags" \
            --description "The todo app's cluster, made by infra/oke/cluster-setup.sh" \
            --wait-for-state ACTIVE --query data.id --raw-output)
        made compartment "$name"
        settle "$id" 20
    fi
    compartment=$id
}

# For up to minutes, the other services answer as if a new compartment were not there.
settle() { # COMPARTMENT TRIES
    tries=0
    until oci network vcn list --compartment-id "$1" >/dev/null 2>"$scratch/error"; do
        tries=$((tries + 1))
        [ "$tries" -lt "$2" ] || explain network vcn list
        sleep "$pause"
    done
}

network() {
    in_network vcn "$name" --cidr-blocks '["10.0.0.0/16"]' --dns-label "$(dns_label)"
    vcn=$id
    in_network internet-gateway "$name" --is-enabled true
    public=$(route "$ANYWHERE" CIDR_BLOCK "$id")
    in_network route-table "$name-public" --route-rules "[$public]"
    public_routes=$id node_routes=$id
    [ -z "$private" ] || private_routes

    in_network security-list "$name-api" --ingress-security-rules "$(rules_in \
        "$(tcp source "$api_from" 6443)" "$(tcp source "$NODE_NET" 6443)" "$(tcp source "$NODE_NET" 12250)" \
        "$(path_mtu source "$NODE_NET")")" --egress-security-rules "$(rules_in "$(tcp destination "$ANYWHERE" 443)" \
        "$(tcp destination "$NODE_NET")" "$(path_mtu destination "$NODE_NET")")"
    api_list=$id
    in_network security-list "$name-nodes" --ingress-security-rules "$(rules_in \
        "$(every source "$NODE_NET")" "$(tcp source "$API_NET")" "$(path_mtu source "$ANYWHERE")" \
        "$(tcp source "$BALANCER_NET" 30000 32767)" "$(tcp source "$BALANCER_NET" 10256)")" \
        --egress-security-rules "$(rules_in "$(every destination "$ANYWHERE")")"
    node_list=$id
    in_network security-list "$name-balancer" --ingress-security-rules "$(rules_in \
        "$(tcp source "$ANYWHERE" 80)" "$(tcp source "$ANYWHERE" 443)")" --egress-security-rules "$(rules_in \
        "$(tcp destination "$NODE_NET" 30000 32767)" "$(tcp destination "$NODE_NET" 10256)")"
    balancer_list=$id

    hides=false
    [ -z "$private" ] || hides=true
    subnet api "$API_NET" "$public_routes" "$api_list" false
    api_subnet=$id
    subnet nodes "$NODE_NET" "$node_routes" "$node_list" "$hides"
    node_subnet=$id
    subnet balancer "$BALANCER_NET" "$public_routes" "$balancer_list" false
    balancer_subnet=$id
}

# Nodes without public addresses go out through a NAT gateway, and to Oracle through a service one.
private_routes() {
    in_network nat-gateway "$name"
    nat=$id
    services=$(call network service list --all --raw-output \
        --query "data[?starts_with(\"cidr-block\", 'all-')] | [0].join(' ', [id, \"cidr-block\"])")
    in_network service-gateway "$name" --services "[{\"serviceId\":\"${services% *}\"}]"
    in_network route-table "$name-private" --route-rules \
        "[$(route "$ANYWHERE" CIDR_BLOCK "$nat"),$(route "${services#* }" SERVICE_CIDR_BLOCK "$id")]"
    node_routes=$id
}

subnet() { # NAME CIDR ROUTES SECURITY-LIST HIDES
    in_network subnet "$name-$1" --cidr-block "$2" --dns-label "$1" --route-table-id "$3" \
        --security-list-ids "[\"$4\"]" --prohibit-public-ip-on-vnic "$5"
}

# At most 15 letters and digits, a letter first.
dns_label() { printf 'n%s' "$name" | tr -d - | cut -c1-15; }

route() { # DESTINATION TYPE GATEWAY
    printf '{"destination":"%s","destinationType":"%s","networkEntityId":"%s"}' "$1" "$2" "$3"
}

rules_in() { # RULE...
    rules=$1
    shift
    for rule; do rules="$rules,$rule"; done
    printf '[%s]' "$rules"
}

every() { printf '{"%s":"%s","protocol":"all"}' "$1" "$2"; } # source|destination CIDR

# The packets that say that others were too large, without which connections hang.
path_mtu() { printf '{"%s":"%s","protocol":"1","icmpOptions":{"type":3,"code":4}}' "$1" "$2"; }

tcp() { # source|destination CIDR [FIRST-PORT [LAST-PORT]]
    ports=''
    [ -z "${3-}" ] || ports=",\"tcpOptions\":{\"destinationPortRange\":{\"min\":$3,\"max\":${4:-$3}}}"
    printf '{"%s":"%s","protocol":"6"%s}' "$1" "$2" "$ports"
}
