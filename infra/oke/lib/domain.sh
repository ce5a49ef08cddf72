# shellcheck shell=sh disable=SC2034,SC2154 # shared with the script that sources this
# An identity domain's user, group, application and trust, and what goes with them. Sourced after oci.sh.
# Reads: repository subject name domain issuer secret_file tenancy verb.

URN=urn:ietf:params:scim:schemas

the_cluster() {
    plugin=$(kubectl config view --minify --output 'jsonpath={.users[0].user.exec.args}' 2>/dev/null) || :
    cluster=$(echo "$plugin" | sed -n 's/.*"--cluster-id","\([A-Za-z0-9._-]*\)".*/\1/p')
    region=$(echo "$plugin" | sed -n 's/.*"--region","\([a-z0-9-]*\)".*/\1/p')
    [ -n "$cluster" ] && [ -n "$region" ] || refuse "kubectl's current context is none of an OKE cluster's" \
        "export KUBECONFIG=~/.kube/todo-oke, as infra/oke/cluster-setup.sh wrote it"
    compartment=$(call ce cluster get --cluster-id "$cluster" --region "$region" \
        --query 'data."compartment-id"' --raw-output)
    # Where users, groups and policies are written, whichever region the cluster is in.
    home=$(call iam region-subscription list --tenancy-id "$tenancy" --raw-output \
        --query 'data[?"is-home-region"]."region-name" | [0]')
}

the_domain() {
    domain_url=$(call iam domain list --compartment-id "$tenancy" --all --raw-output \
        --query "data[?\"display-name\"=='$domain'].url | [0]")
    domain_url=${domain_url%:443}
    case $domain_url in
    http*) ;;
    *) refuse "there is no identity domain '$domain'" "oci iam domain list --compartment-id $tenancy --query 'data[].\"display-name\"'" ;;
    esac
}

# Set $id to a resource of the domain, made unless it is there.
in_domain() { # WHAT LISTED-AS ATTRIBUTE VALUE CREATE-OPTIONS...
    what=$1 listed=$2 looked_for="$3 eq \"$4\""
    shift 4
    id=$(call identity-domains "$listed" list --endpoint "$domain_url" --raw-output \
        --filter "$looked_for" --query 'data.resources[0].id')
    [ "$id" != null ] || id=''
    found "$what" "$name" "$id" && return
    id=$(call identity-domains "$what" create --endpoint "$domain_url" --query data.id --raw-output "$@")
    made "$what" "$name"
}

shown() { # WHAT FIELD: of $id
    [ -n "$id" ] || return 0 # a plan, and it is not there
    call identity-domains "$1" get "--$1-id" "$id" --endpoint "$domain_url" --raw-output --query "data.\"$2\""
}

# One that nobody signs in as: it has no password.
user() {
    in_domain user users userName "$name" --schemas "[\"$URN:core:2.0:User\"]" --user-name "$name" \
        --ext-user-user '{"serviceUser": true}'
    user=$id
    user_ocid=$(shown user ocid)
    agree user "a user of a service" true 'data."urn-ietf-params-scim-schemas-oracle-idcs-extension-user-user"."service-user"'
}

# What goes by the name has to be what this script makes.
agree() { # WHAT FIELD WANTED QUERY [OPTION...]
    [ -n "$id" ] || return 0 # a plan, and it is not there
    kind=$1 field=$2 wanted=$3 query=$4
    shift 4
    is=$(call identity-domains "$kind" get "--$kind-id" "$id" --endpoint "$domain_url" --raw-output --query "$query" "$@")
    [ "$is" = "$wanted" ] || refuse "the $kind $name is there, but not as this makes it: $field is '$is', not '$wanted'" \
        "the same command with another --name; or, when nothing else needs it, oci identity-domains $kind delete --endpoint $domain_url --$kind-id $id"
}

group() {
    in_domain group groups displayName "$name" --schemas "[\"$URN:core:2.0:Group\"]" --display-name "$name" \
        --members "[{\"type\": \"User\", \"value\": \"$user\"}]"
    agree group "its members" "$user" "join(' ', data.members[].value)" --attributes members
}

# `use` shows the cluster and lets its holders ask it; what they may do there, the cluster says.
policy() {
    id=$(call iam policy list --compartment-id "$compartment" --all --raw-output --query "data[?name=='$name'].id | [0]")
    [ "$id" != null ] || id=''
    found policy "$name" "$id" && return
    call iam policy create --compartment-id "$compartment" --name "$name" --region "$home" \
        --description "The jobs of $repository see the cluster" --statements \
        "[\"Allow group '$domain'/'$name' to use clusters in compartment id $compartment\"]" >/dev/null
    made policy "$name"
}

application() {
    in_domain app apps displayName "$name" --schemas "[\"$URN:oracle:idcs:App\"]" --display-name "$name" \
        --based-on-template '{"value": "CustomWebAppTemplateId"}' --active true \
        --is-o-auth-client true --client-type confidential --allowed-grants '["client_credentials"]'
    client=$(shown app name)
    [ "$verb" = make ] || return 0
    secret=$(shown app client-secret)
    case $secret in
    '' | null | 'Query returned empty'*) refuse "Oracle does not show the secret of the application $name" \
        "in Oracle's console: Identity > Domains > $domain > Integrated applications > $name > Regenerate; then the same command" ;;
    esac
    # A file of its own in place of what was there, whoever could read that.
    mkdir -p "$(dirname -- "$secret_file")"
    printf %s "$secret" >"$secret_file.new"
    mv "$secret_file.new" "$secret_file"
}

# GitHub's token is believed when GitHub signed it, made out to this domain, for that one environment.
# A domain has one trust for an issuer, so that is what it is looked for by.
trust() {
    rule="sub eq \"$subject\""
    keys="$issuer/.well-known/jwks"
    in_domain identity-propagation-trust identity-propagation-trust issuer "$issuer" \
        --name "$name" --type JWT --active true --issuer "$issuer" \
        --schemas "[\"$URN:oracle:idcs:IdentityPropagationTrust\"]" --public-key-endpoint "$keys" \
        --oauth-clients "[\"$client\"]" --client-claim-name aud --client-claim-values "[\"$domain_url\"]" \
        --subject-type User --allow-impersonation true --impersonation-service-users \
        "[{\"rule\": \"sub eq \\\"$subject\\\"\", \"value\": \"$user\"}]"
    [ -n "$id" ] || return 0
    wanted="true $keys $client $domain_url $user $rule"
    is=$(call identity-domains identity-propagation-trust get --identity-propagation-trust-id "$id" \
        --endpoint "$domain_url" --raw-output \
        --attributes active,publicKeyEndpoint,oauthClients,clientClaimValues,impersonationServiceUsers \
        --query "join(' ', [to_string(data.active), data.\"public-key-endpoint\",
            join(',', data.\"oauth-clients\"), join(',', data.\"client-claim-values\"),
            join(',', data.\"impersonation-service-users\"[].value), join(',', data.\"impersonation-service-users\"[].rule)])")
    [ "$is" = "$wanted" ] || refuse "the domain $domain believes $issuer already, but not for this: it has
  $is
and wanted is
  $wanted" \
        "the same command with the --domain of another identity domain; or, when nothing else needs it, oci identity-domains identity-propagation-trust delete --endpoint $domain_url --identity-propagation-trust-id $id"
}

# Beside the Role of the pipeline itself: to ask for its token, and nothing else.
right_in_cluster() {
    [ "$verb" = make ] || return 0
    kubectl apply --filename "$here/pipeline-rbac.yaml" >/dev/null
    kubectl apply --filename - >/dev/null <<YAML
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: "pipeline-token-$name", namespace: todo }
rules:
  - { apiGroups: [""], resources: [serviceaccounts/token], resourceNames: [pipeline], verbs: [create] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: "pipeline-token-$name", namespace: todo }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: "pipeline-token-$name" }
subjects:
  - { apiGroup: rbac.authorization.k8s.io, kind: User, name: "$user_ocid" }
YAML
    made "right in the cluster" "to ask for the token of todo/pipeline"
}

settings() {
    say "
next, in a clone of it:
  gh variable set OCI_ACCESS --env $environment --body '$cluster $region $domain_url $client'
  gh secret set OCI_CLIENT_SECRET --env $environment <$secret_file
  gh secret delete KUBECONFIG --env $environment    # where there is one: it is not read any more"
}
