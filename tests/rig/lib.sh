# lib.sh: where the rig's things are; sourced by its scripts.
#
# Nothing that is built or that runs lies in the clone:
#   $CACHE/programs/NAME-KEY/    one program, KEY = hash of what it is built from
#   $CACHE/sets/SET/{bin,images} links to the programs, and images, of one state of this folder
#   $STATE                       the cluster: certificates, etcd, per-node data and logs
RIG=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
CACHE=${ETCD_DRUID_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/etcd-druid}
STATE=${RIG_STATE:-$CACHE/rig}

die()
{
    echo "rig: $*" >&2
    exit 1
}

key_of() # key_of PATH...: a short hash of all files below, by name and content
{
    (cd "$RIG" && find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)
}

SET=$CACHE/sets/$(key_of setup lib.sh src ../../packaging/mkimage)
BIN=$SET/bin IMAGES=$SET/images
