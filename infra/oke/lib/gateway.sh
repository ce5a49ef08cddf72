# shellcheck shell=sh disable=SC2154 # shared with the script that sources this
# Look at the gateway's arguments, fill in its objects, and tell whether it answers. Sourced after kubernetes.sh.
# Reads: here scratch verb host email address authority timeout. Sets: version installed routes.
command=infra/oke/gateway.sh

# Each is put into YAML and into a command line of Traefik.
look_at_arguments() {
    example="$command --host todo.example.com --email me@example.com --address 203.0.113.7"
    is "$host" '([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]+' ||
        refuse "--host '$host' is not a name in small letters without scheme, port or path" "$example"
    is "$timeout" '[0-9]+' || refuse "--timeout '$timeout' is not a whole number of seconds" "$command --timeout 600"
    [ "$verb" != check ] || return 0
    is "$email" '[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+' ||
        refuse "--email '$email' is not an address such as me@example.com" "$example"
    is "$address" '([0-9]{1,3}\.){3}[0-9]{1,3}' ||
        refuse "--address '$address' is not an address such as 203.0.113.7" "infra/oke/cluster-setup.sh prints the reserved one; then $example"
    is "$authority" 'https://[A-Za-z0-9._:/-]+' ||
        refuse "--authority '$authority' is not the https address of an ACME directory" "$command without --authority"
}

# A text of several lines is none of these.
is() { [ "$(printf '%s' "$1" | grep -xE "$2")" = "$1" ] && [ -n "$1" ]; } # TEXT PATTERN

look_around() {
    need_programs kubectl:https://kubernetes.io/docs/tasks/tools/ curl:'apt-get install curl' openssl:'apt-get install openssl'
    version=$(lab_python -c 'from todo_lab.versions import TRAEFIK; print(TRAEFIK)')
    reach_cluster
    installed=$(kube --namespace traefik get deployment traefik --ignore-not-found \
        --output 'jsonpath={.spec.template.spec.containers[0].image}') ||
        refuse "namespace traefik cannot be read: $(why)" "$administrator"
    routes=$(kube get customresourcedefinition gateways.gateway.networking.k8s.io --ignore-not-found --output name) || routes=''
}

filled_in() {
    with_routes=''
    [ -z "$routes" ] || with_routes='s|# - --providers.kubernetesGateway|- --providers.kubernetesGateway|'
    sed -e "$with_routes" -e "s|\${host}|$host|" -e "s|\${email}|$email|" -e "s|\${address}|$address|" \
        -e "s|\${authority}|$authority|" -e "s|\${version}|$version|" "$here/gateway.yaml"
    [ -z "$routes" ] || {
        say ---
        cat "$here/gateway-api.yaml"
    }
}

# A Gateway of https has to name a certificate: one for no host, whose key opens nothing.
apply_placeholder() {
    [ -n "$routes" ] || return 0
    kube --namespace traefik get secret placeholder >/dev/null && return
    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=placeholder.invalid \
        -keyout "$scratch/key" -out "$scratch/certificate" 2>"$scratch/error" || refuse "openssl: $(why)" "$command again"
    kubectl create secret tls placeholder --namespace traefik --cert "$scratch/certificate" --key "$scratch/key" \
        --dry-run=client --output yaml | apply "the Gateway's placeholder" --filename -
}

plan() {
    say "Traefik $version in namespace traefik; there now: ${installed:-nothing}"
    say "1. namespace traefik, held to the restricted standard"
    say "2. what Traefik may do, and of its own: $(filled_in | sed -n 's/^kind: //p' | paste -sd, - | sed 's/,/, /g')"
    [ -n "$routes" ] || say "   no Gateway: the cluster has no Gateway API; the app's Ingress needs none"
    say "3. a network load balancer at $address: free, one for each account"
    say "4. a volume of 50 GB for certificates: free within 200 GB with all others"
    say "5. wait up to $timeout s for https://$host/ping, with a certificate of $authority"
    say "nothing was changed; next: the same command without --dry-run"
}

# The way in, from the outside: each part is looked at until it is right or the time is over.
answers() { # SECONDS
    until=$(($(date +%s) + $1))
    eventually running
    eventually has_address
    say "the gateway's address is $outer"
    eventually serves
    say "https://$host answers with a certificate that is trusted; http leads there"
    say "next: todo-ci deploy --env oke --url https://$host"
}

# A part that is not right has said why in $wrong, and what to do in $next.
eventually() { # PART
    told=''
    while ! "$1"; do
        [ "$(date +%s)" -lt "$until" ] || {
            warnings traefik
            refuse "$wrong" "$next"
        }
        [ "$told" = "$wrong" ] || say "waiting: $wrong"
        told=$wrong
        sleep 1
    done
}

running() {
    wrong="Traefik does not run" next="kubectl -n traefik describe pods; then $command again"
    ready=$(kube --namespace traefik get deployment traefik --ignore-not-found --output 'jsonpath={.status.availableReplicas}') || :
    [ "${ready:-0}" -gt 0 ]
}

has_address() {
    wrong="the gateway has no address yet" next="kubectl -n traefik describe service traefik; then $command again"
    outer=$(kube --namespace traefik get service traefik --ignore-not-found --output 'jsonpath={.status.loadBalancer.ingress[0].ip}') || :
    [ -n "$outer" ] || return 1
    [ -z "$address" ] || [ "$outer" = "$address" ] || {
        wrong="the gateway is at $outer, not at $address"
        next="kubectl -n traefik delete service traefik (its balancer keeps the address it was made with), then $command again"
        return 1
    }
}

serves() {
    next="$command --host $host --check"
    said=$(curl --silent --show-error --max-time 10 --output "$scratch/body" --write-out '%{http_code} %{remote_ip}' \
        "https://$host/ping" 2>"$scratch/error") || {
        code=$?
        at=${said#* }
        case $code in
        6) wrong="the name $host does not exist" next="at its registrar: an A record of $host for $outer" ;;
        60) wrong="https://$host has no certificate that is trusted$(refused_certificate)" ;;
        *) wrong="https://$host does not answer${at:+ at $at}: $(why)" ;;
        esac
        return 1
    }
    [ "${said#* }" = "$outer" ] || {
        wrong="$host leads to ${said#* }, the gateway is at $outer" next="at its registrar: an A record of $host for $outer"
        return 1
    }
    [ "${said% *}" = 200 ] || {
        wrong="https://$host/ping answers ${said% *}"
        return 1
    }
    leads=$(curl --silent --max-time 10 --output "$scratch/body" --write-out '%{redirect_url}' "http://$host/ping") || :
    [ "$leads" = "https://$host/ping" ] || {
        wrong="http://$host does not lead to https, but to: ${leads:-nothing}"
        return 1
    }
}

# The authority's own words, which Traefik keeps.
refused_certificate() {
    kubectl --namespace traefik logs deployment/traefik --tail 200 2>/dev/null |
        grep -i 'unable to obtain' | tail -n 1 | cut -c1-600 | sed 's/^/: /' || :
}
