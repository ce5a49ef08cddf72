# shellcheck shell=sh disable=SC2034,SC2154 # shared with the script that sources this
# Call `oci`, tell its failures apart, and make a resource unless it is there. Sourced after messages.sh.
# Reads: name tags compartment verb yes scratch. Sets: id, and tenancy and domains once.

number() { # OPTION VALUE
    case $2 in
    '' | *[!0-9]*) refuse "$1 '$2' is not a whole number" "$1 2" ;;
    esac
    echo "$2"
}

confirm() { # QUESTION
    [ -n "$yes" ] && return
    printf '%s [y/N] ' "$1"
    read -r answer || answer=''
    case $answer in
    y | Y | yes) ;;
    *) refuse "nothing was changed" "the same command with --yes" ;;
    esac
}

# Run `oci`: its output, or the reason why not and the end.
call() {
    oci "$@" 2>"$scratch/error" || explain "$@"
}

failed_with() { grep -q "$1" "$scratch/error"; }

# Every failure has a name and a next command.
explain() {
    message=$(sed -n 's/^ *"message": "\(.*\)",*$/\1/p' "$scratch/error")
    message=${message:-$(cat "$scratch/error")}
    if failed_with 'Could not find config file\|ConfigFileNotFound\|Missing option(s) --compartment-id'; then
        refuse "oci finds no configuration in ${OCI_CLI_CONFIG_FILE:-~/.oci/config}" "oci setup config"
    elif failed_with 'InvalidConfig\|InvalidKeyFilePath\|InvalidPrivateKey\|ProfileNotFound\|MissingConfig'; then
        refuse "the configuration of oci is not whole: $message" "oci setup config, or: oci setup repair-file-permissions --file ~/.oci/config"
    elif failed_with '"status": 401\|session has expired'; then
        refuse "Oracle does not accept this key or session; it expired or was removed: $message" \
            "oci session authenticate (then export OCI_CLI_AUTH=security_token), or upload the key of ~/.oci/config again"
    elif [ "$1" = identity-domains ] && failed_with '"status": 40[134]'; then
        refuse "not allowed in the identity domain: oci $1 $2 ${3-}: $message" \
            "ask the tenancy's administrator for the domain's role Identity Domain Administrator"
    elif failed_with NotAuthorizedOrNotFound; then
        refuse "not allowed, or not there: oci $1 $2 ${3-}: $message" \
            "ask the tenancy's administrator for the policy: Allow group <yours> to manage $(family "$1" "$2") in $(scope "$1")"
    elif failed_with 'LimitExceeded\|QuotaExceeded'; then
        refuse "the account's limit is reached: oci $1 $2 ${3-}: $message" "$(within_limits "$2")"
    elif failed_with 'Out of host capacity'; then
        refuse "Oracle is out of hosts: $message" "the same command, later"
    elif failed_with '"status": 409'; then
        refuse "in the way: oci $1 $2 ${3-}: $message" "$(out_of_the_way "$1" "$2" "${3-}")"
    elif failed_with 'RequestException\|timed out\|Connection'; then
        refuse "no answer from Oracle: $message" "the same command; what was made is found again"
    fi
    refuse "oci $1 $2 ${3-}: $message" "mend that, then the same command; what was made is found again"
}

family() { # SERVICE RESOURCE: what a policy calls it
    case $1 in
    network) echo virtual-network-family ;;
    ce) echo cluster-family ;;
    iam) if [ "$2" = policy ]; then echo policies; else echo "$2s"; fi ;;
    *) echo "$2s" ;;
    esac
}

scope() { # SERVICE
    if [ "$1" = iam ]; then echo tenancy; else echo "compartment id ${compartment:-<its OCID>}"; fi
}

within_limits() { # RESOURCE
    case $1 in
    nat-gateway | service-gateway) echo "the same command without --private-nodes, or upgrade the account to pay-as-you-go" ;;
    *) echo "oci limits value list --all --service-name vcn --compartment-id $tenancy; then delete what is not needed" ;;
    esac
}

out_of_the_way() { # SERVICE RESOURCE VERB
    case $3-$2 in
    create-compartment) echo "the same command with --compartment <OCID of the one that is there>, or with another --name" ;;
    delete-*) echo "kubectl delete services of type LoadBalancer before the cluster, or delete what uses it in Oracle's console; then the same command" ;;
    *) echo "the same command; what was made is found again" ;;
    esac
}

# Know the tenancy and its availability domains; the first call, which meets a bad configuration.
look_around() {
    answer=$(call iam availability-domain list --raw-output \
        --query "join(' ', [data[0].\"compartment-id\", data[].name][])")
    tenancy=${answer%% *}
    domains=${answer#* }
}

# The OCIDs of what carries the tag and, when given, a name, and is not on its way out.
ours() { # NAME LIST-COMMAND...
    filter="\"freeform-tags\".\"todo-cluster\"=='$name'"
    going="'TERMINATING','TERMINATED','DELETING','DELETED'"
    [ -z "$1" ] || going="$going,'FAILED'" # is made again; destroying gives no name
    filter="$filter && !contains([$going], \"lifecycle-state\")"
    [ -z "$1" ] || filter="$filter && (\"display-name\"||name)=='$1'"
    shift
    call "$@" --all --raw-output --query "join(' ', data[?$filter].id)"
}

# Set $id to what is there, and say so; fail when it has to be made. A plan says that it would be.
found() { # WHAT NAME ID
    id=${3%% *}
    if [ -n "$id" ]; then
        say "there       $1 $2"
    elif [ "$verb" = plan ]; then
        say "would make  $1 $2"
    else
        return 1
    fi
}

made() { say "made        $1 $2"; }

# Set $id to a resource of the network, made unless it is there.
in_network() { # RESOURCE NAME CREATE-OPTIONS...
    what=$1 called=$2
    shift 2
    id=''
    [ "$what" = vcn ] || set -- --vcn-id "$vcn" "$@"
    if [ -n "$compartment" ] && { [ "$what" = vcn ] || [ -n "$vcn" ]; }; then
        if [ "$what" = vcn ]; then
            id=$(ours "$called" network vcn list --compartment-id "$compartment")
        else
            id=$(ours "$called" network "$what" list --compartment-id "$compartment" --vcn-id "$vcn")
        fi
    fi
    found "$what" "$called" "$id" && return
    id=$(call network "$what" create --compartment-id "$compartment" --display-name "$called" \
        --freeform-tags "$tags" --wait-for-state AVAILABLE --query data.id --raw-output "$@")
    made "$what" "$called"
}
