# shellcheck shell=bash
# What every tool shares: where the repository is, how to speak, how to wait.

REPOSITORY=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
readonly REPOSITORY

# say WORDS…: one line about what is being done.
say() { printf '%s\n' "$*"; }

# die WORDS…: one line about why not, and the end.
die() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# require_root: namespaces, kernel rules and packages are root's.
require_root() { ((EUID == 0)) || die "needs root: sudo $0"; }

# wait_until SECONDS COMMAND…: tries the command ten times a second; fails when it never succeeded.
wait_until() {
    local deadline=$((${EPOCHREALTIME//[!0-9]/} + $1 * 1000000))
    shift
    until "$@" >/dev/null 2>&1; do
        ((${EPOCHREALTIME//[!0-9]/} < deadline)) || return 1
        sleep 0.1
    done
}
