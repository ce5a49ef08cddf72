# shellcheck shell=sh disable=SC2034,SC2154 # shared with the script that sources this
# What will be made, and what it costs beside what is free. Sourced.
# Reads: name ocpus memory nodes type private.
#
# List prices in USD: 0.01 an OCPU-hour and 0.0015 a GB-hour of A1, 0.0425 a GB-month of a boot
# volume, 0.10 an hour of an enhanced cluster; a month has 744 hours. Free: 2 OCPU and 12 GB of A1
# since June 2026, and 200 GB of volumes.
FREE_OCPUS=2
FREE_MEMORY=12
FREE_VOLUMES=200
VOLUME=50

over() { # WANTED FREE
    if [ "$1" -gt "$2" ]; then echo $(($1 - $2)); else echo 0; fi
}

money() { awk "BEGIN { printf \"%.2f\", $1 }"; }

cost_of_cluster() { if [ "$type" = ENHANCED_CLUSTER ]; then echo 74.40; else echo 0.00; fi; }
cost_of_cores() { money "$(over "$ocpus" "$FREE_OCPUS") * 0.01 * 744"; }
cost_of_memory() { money "$(over "$memory" "$FREE_MEMORY") * 0.0015 * 744"; }
cost_of_volumes() { money "$(over $((nodes * VOLUME)) "$FREE_VOLUMES") * 0.0425"; }
monthly_cost() { money "$(cost_of_cluster) + $(cost_of_cores) + $(cost_of_memory) + $(cost_of_volumes)"; }

row() { printf '%-34s %-34s %9s\n' "$1" "$2" "$3"; }

plan() {
    gateways='internet gateway'
    [ -z "$private" ] || gateways='internet, NAT, service gateway'
    kind=basic
    [ "$type" = BASIC_CLUSTER ] || kind=enhanced
    row "$name" 'free in every account' 'USD/month'
    row "compartment, network, 3 subnets" "yes" 0.00
    row "$gateways" "$([ -z "$private" ] && echo yes || echo 'in accounts that were upgraded')" 0.00
    row "$kind cluster" "basic clusters" "$(cost_of_cluster)"
    row "VM.Standard.A1.Flex, $ocpus OCPU" "$FREE_OCPUS OCPU" "$(cost_of_cores)"
    row "its memory, $memory GB" "$FREE_MEMORY GB" "$(cost_of_memory)"
    row "$nodes boot volume(s), $((nodes * VOLUME)) GB" "$FREE_VOLUMES GB, with databases' volumes" "$(cost_of_volumes)"
    row "reserved public address" "yes" 0.00
    row "load balancer, by the gateway" "1" 0.00
    row "in all, by Oracle's list prices" "" "$(monthly_cost)"
    [ "$(monthly_cost)" = 0.00 ] || say "warning: this is more than the free limit; the account is charged for the rest"
    say ''
}
