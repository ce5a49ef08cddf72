#!/bin/sh
# Let the jobs of a GitHub workflow into the cluster with no key at GitHub that opens it.
#
#   infra/oke/github-access.sh --repository OWNER@1/NAME@2 --dry-run   # what it would make, what is there
#   infra/oke/github-access.sh --repository OWNER@1/NAME@2             # makes what is missing, prints what to set
#
# The numbers are GitHub's ids of both, which it puts into the tokens of repositories made or renamed since
# July 2026: gh api repos/OWNER/NAME --jq '"\(.owner.login)@\(.owner.id)/\(.name)@\(.id)"'
#
#   --by-name            --repository OWNER/NAME, for an older one or a GitHub server of one's own; whoever
#                        takes over the name later gets in, too
#   --environment NAME   of the workflow's job: a job of another is refused (oke)
#   --name NAME          of all that it makes (todo-github)
#   --domain NAME        the identity domain that it is made in (Default)
#   --issuer URL         who signs for jobs; a GitHub server of one's own has https://HOST/_services/token
#   --secret-file FILE   where the client's secret is written (~/.oci/NAME.secret)
#
# Runs `oci` as an administrator of the tenancy and kubectl as one of the cluster (the current context,
# as cluster-setup.sh writes it). It makes a user for the jobs in a group, a policy by which the group
# sees the cluster, an application that may exchange tokens, the rule which job is that user (an identity
# propagation trust), and in the cluster the right to ask for the token of one ServiceAccount.
# shellcheck disable=SC2034 # the parts read these variables
set -eu
umask 077
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
for part in messages oci domain; do
    # shellcheck source=/dev/null
    . "$here/lib/$part.sh"
done

usage() { sed -n '2,/^# propagation/s/^# \{0,1\}//p' "$0"; }

repository='' by_name='' environment=oke name=todo-github domain=Default secret_file='' verb=make
issuer=https://token.actions.githubusercontent.com
while [ $# -gt 0 ]; do
    case $1 in
    --dry-run) verb=plan ;;
    --by-name) by_name=yes ;;
    --help | -h) usage; exit ;;
    --repository | --environment | --name | --domain | --issuer | --secret-file)
        [ $# -gt 1 ] || refuse "$1 wants a value" "infra/oke/github-access.sh --help"
        case $1 in
        --repository) repository=$2 ;;
        --environment) environment=$2 ;;
        --name) name=$2 ;;
        --domain) domain=$2 ;;
        --issuer) issuer=${2%/} ;;
        --secret-file) secret_file=$2 ;;
        esac
        shift ;;
    *) refuse "there is no option '$1'" "infra/oke/github-access.sh --help" ;;
    esac
    shift
done
# These become part of a rule: a quote in one of them could make it fit other jobs.
fits() { # OPTION VALUE PATTERN ACCEPTED NEXT
    # A line's end becomes what fits nowhere: grep judges each line by itself.
    printf %s "$2" | tr '\n' '"' | grep -qxE "$3" || refuse "$1 '$2' is not $4" "$5"
}
if [ -n "$by_name" ]; then
    fits --repository "$repository" '[A-Za-z0-9-]+/[A-Za-z0-9._-]+' "OWNER/NAME" "--by-name --repository somebody/todo"
else
    fits --repository "$repository" '[A-Za-z0-9-]+@[0-9]+/[A-Za-z0-9._-]+@[0-9]+' "OWNER@ID/NAME@ID" \
        "gh api repos/OWNER/NAME --jq '\"\\(.owner.login)@\\(.owner.id)/\\(.name)@\\(.id)\"', or --by-name for one made before July 2026"
fi
fits --environment "$environment" '[A-Za-z0-9._-]+' "the name of an environment" "--environment oke"
fits --name "$name" '[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?' "small letters, digits and hyphens" "--name todo-github"
subject="repo:$repository:environment:$environment"
case $issuer in
https://* | http://127.0.0.1:*) ;;
*) refuse "--issuer '$issuer' is not an https address" "--issuer https://HOST/_services/token" ;;
esac
secret_file=${secret_file:-$HOME/.oci/$name.secret}

for program in oci kubectl; do
    command -v "$program" >/dev/null || refuse "$program is not on PATH" "infra/oke/README.md, First mile"
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM
export SUPPRESS_LABEL_WARNING=True

look_around
the_cluster
the_domain
user
group
policy
application
trust
right_in_cluster
[ "$verb" = plan ] || settings
