# shellcheck shell=bash
# Find what the pipeline has to be told, name all that is missing before anything begins, and call
# it. Sourced by deploy-oke.sh and verify-deployment.sh, from the repository's root.
# shellcheck disable=SC2154 # called_from is set by both
# Reads: called_from, the folder of the caller. Sets: value, by flag without its hyphens in front.

nothing_begun=2
environments='oke local' # as release.toml lists them
self=infra/scripts/${0##*/}
switches=()
declare -A given=() value=()
missing=()

refuse() { # WHAT NEXT
    printf '%s\nnext: %s\n' "$1" "$2" >&2
    exit "$nothing_begun"
}

usage() { sed -n '2,${/^#/!q;s/^# \{0,1\}//p}' "$self"; }

read_flags() { # "FLAGS WITH A VALUE" "FLAGS WITHOUT" ARGUMENT...
    local valued=" $1 " bare=" $2 " flag
    shift 2
    while [ $# -gt 0 ]; do
        case $1 in
        --help | -h) usage && exit ;;
        --*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;;
        esac
        flag=${1#--}
        case $1 in
        --?*) ;;
        *) refuse "'$1' is no option" "$self --help" ;;
        esac
        if [[ $bare == *" $flag "* ]]; then
            given[$flag]=yes
            shift
        elif [[ $valued == *" $flag "* ]]; then
            [ $# -gt 1 ] && [ -n "$2" ] || refuse "--$flag wants a value" "$self --help"
            given[$flag]=$2
            shift 2
        else
            refuse "there is no option '--$flag'" "$self --help"
        fi
    done
}

# The environment, its file of default arguments, and who is called: on the lab 127.0.0.1 is this
# machine, which a container of the engine cannot reach.
choose_environment() {
    value[env]=${given[env]:-oke}
    front_end=(./do ci)
    [[ " $environments " == *" ${value[env]} "* ]] ||
        refuse "there is no environment '${value[env]}'; there are: ${environments// /, }" "$self --env oke"
    if [ "${value[env]}" = local ]; then
        defaults=/var/lib/todo-lab/pipeline.env
        [ -r "$defaults" ] || refuse "the embedded cluster is not up" "./do lab up"
    else
        defaults=.env
        ! command -v dagger >/dev/null || front_end=(dagger call)
    fi
}

# Take a value as it was given, else from the environment, else from the file of defaults. The lab
# has all of its own: what the environment says is another cluster's.
look_up() { # VERB FLAG
    local verb=${1^^} name=${2^^} spelled joined base=$called_from found=${given[$2]-}
    spelled=${verb}_${name//-/_} joined=${verb}_${name//-/}
    if [ "${value[env]}" != local ]; then
        found=${found:-${!spelled-}}
        found=${found:-${!joined-}}
    fi
    if [ -z "$found" ] && [ -r "$defaults" ]; then
        base=$PWD
        found=$(sed -nE "s/^($spelled|$joined)=//p" "$defaults" | tail -n 1)
    fi
    value[$2]=$(absolute "$found" "$base")
}

absolute() { # VALUE FOLDER: a reference to a file holds from every folder
    [[ $1 == file:* ]] || { printf %s "$1" && return; }
    local path=${1#file:}
    path=${path#//}
    path=${path/#\~\//$HOME/}
    [[ $path == /* ]] || path=$2/$path
    printf 'file:%s' "$path"
}

want() { # VERB FLAG WHAT: it must be there
    look_up "$1" "$2"
    [ -n "${value[$2]}" ] || lacks "$1" "$2" "$3"
}

want_reference() { # VERB FLAG WHAT: it must be there, and lead to a value
    look_up "$1" "$2"
    follow "$1" "$2" "$3, as env:NAME or file:PATH"
}

may_reference() { # VERB FLAG: if it is there, it must lead to a value
    look_up "$1" "$2"
    [ -z "${value[$2]}" ] || follow "$1" "$2" ""
}

may_file() { # VERB FLAG: if it is there, it must be a file; its name holds from every folder
    look_up "$1" "$2"
    local base=$PWD path=${value[$2]}
    [ -n "$path" ] || return 0
    [ -z "${given[$2]-}" ] || base=$called_from
    [[ $path == /* ]] || path=$base/$path
    value[$2]=$path
    [ -f "$path" ] && [ -r "$path" ] || lacks "$1" "$2" "$path is not there, or not readable"
}

# What stands there is never shown: it may be the secret itself.
follow() { # VERB FLAG WHAT
    local reference=${value[$2]} name
    case $reference in
    '') lacks "$1" "$2" "$3" ;;
    env:*)
        name=${reference#env:}
        [[ $name =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]] || { lacks "$1" "$2" "env: wants the name of a variable" && return; }
        # The command line is started from here: it can read only what is exported.
        [ -n "$(printenv "$name")" ] || lacks "$1" "$2" "the variable $name is empty or not exported"
        ;;
    file:*) [ -s "${reference#file:}" ] && [ -r "${reference#file:}" ] ||
        lacks "$1" "$2" "${reference#file:} is not there, empty or not readable" ;;
    op://* | vault://*) [ "${front_end[0]}" = dagger ] || lacks "$1" "$2" "only dagger reads op:// and vault://" ;;
    *) lacks "$1" "$2" "a value stands there; it takes a reference, env:NAME or file:PATH" ;;
    esac
}

lacks() { # VERB FLAG WHY
    local setting=${2^^}
    missing+=("--$2: $3 (in $defaults: ${1^^}_${setting//-/})")
}

end_if_missing() {
    [ ${#missing[@]} -gt 0 ] || return 0
    printf 'missing, and nothing was begun:\n' >&2
    printf '  %s\n' "${missing[@]}" >&2
    refuse "each may be given as an option or in $defaults, which './do ci init' writes" "$self --help"
}

switch_on() { # FLAG...: those that were given, for the next call
    local flag
    switches=()
    for flag in "$@"; do
        [ -z "${given[$flag]-}" ] || switches+=("$flag")
    done
}

call() { # VERB FLAG...: with those that have a value
    local verb=$1 flag arguments=()
    shift
    for flag in "$@"; do
        [ -z "${value[$flag]-}" ] || arguments+=("--$flag" "${value[$flag]}")
    done
    for flag in "${switches[@]}"; do
        arguments+=("--$flag")
    done
    "${front_end[@]}" "$verb" "${arguments[@]}"
}
