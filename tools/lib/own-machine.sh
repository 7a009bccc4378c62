#!/usr/bin/env bash
# Runs a command on a machine of its own, as far as the command can tell: a network and the names of network namespaces,
# /run and processes, all of which go when it ends. usage: own-machine.sh COMMAND…, as root.
set -euo pipefail

if [[ ${1:-} != --inside ]]; then
    exec unshare --mount --net --pid --ipc --fork --mount-proc --kill-child "$0" --inside "$@"
fi
shift
mount -t tmpfs none /run
mkdir -p /run/netns /run/lock
# What it shows of networks is then this one's.
mount -t sysfs none /sys
ip link set lo up
exec "$@"
