# shellcheck shell=bash
# The lab as a whole: network, servers and box, up and down.

# shellcheck source=tools/lib/packages.sh
source "$REPOSITORY/tools/lib/packages.sh"
# shellcheck source=tools/lib/topology.sh
source "$REPOSITORY/tools/lib/topology.sh"
# shellcheck source=tools/lib/services.sh
source "$REPOSITORY/tools/lib/services.sh"
# shellcheck source=tools/lib/pki.sh
source "$REPOSITORY/tools/lib/pki.sh"
# shellcheck source=tools/lib/sip-server.sh
source "$REPOSITORY/tools/lib/sip-server.sh"
# shellcheck source=tools/lib/asterisk.sh
source "$REPOSITORY/tools/lib/asterisk.sh"
# shellcheck source=tools/lib/softphones.sh
source "$REPOSITORY/tools/lib/softphones.sh"
# shellcheck source=tools/lib/sipp.sh
source "$REPOSITORY/tools/lib/sipp.sh"
# shellcheck source=tools/lib/sipp-lanes.sh
source "$REPOSITORY/tools/lib/sipp-lanes.sh"
# shellcheck source=tools/lib/wire.sh
source "$REPOSITORY/tools/lib/wire.sh"
# shellcheck source=tools/lib/box.sh
source "$REPOSITORY/tools/lib/box.sh"
# shellcheck source=tools/lib/clients.sh
source "$REPOSITORY/tools/lib/clients.sh"
# shellcheck source=tools/lib/impair.sh
source "$REPOSITORY/tools/lib/impair.sh"
# shellcheck source=tools/lib/phones.sh
source "$REPOSITORY/tools/lib/phones.sh"
# shellcheck source=tools/lib/fleet.sh
source "$REPOSITORY/tools/lib/fleet.sh"
# shellcheck source=tools/lib/skinny.sh
source "$REPOSITORY/tools/lib/skinny.sh"

LAB_DIR=${PHONEPROXY_LAB_DIR:-/tmp/phoneproxy-lab}
# TFTP inspection alone, which most tests need no more than.
LAB_CONFIG=$REPOSITORY/tools/lab.d/tftp.cfg
# The phone proxy.
# shellcheck disable=SC2034 # of whoever brings the box up with it
PHONE_PROXY_CONFIG=$REPOSITORY/tools/lab.d/lab.cfg
LAB_TFTP_SERVER=dnsmasq
LAB_CALL_SERVER=kamailio

# lab_lock: the lab is this process's until it ends. The names of the hosts are the machine's, so one lock is, too.
lab_lock() {
    exec {LAB_LOCK}>>/run/phoneproxy-lab.lock
    flock --wait 60 "$LAB_LOCK" || die "the lab is in use: another test, demo or lab command runs"
}

# lab_up: a fresh lab without a box, whatever an earlier one left behind.
lab_up() {
    lab_remove
    (umask 077 && mkdir "$LAB_DIR" && mkdir "$LAB_DIR/log" "$LAB_DIR/out" && touch "$LAB_DIR/.phoneproxy-lab")
    topology_up
    make_tftp_root
    start_tftp_server "$LAB_TFTP_SERVER"
    start_name_server
    start_call_server "$LAB_CALL_SERVER"
    topology_check
}

# choose_server NAME: the lab's next start has it, for files or for calls, whichever it is for.
choose_server() {
    local name
    for name in "${LAB_TFTP_SERVERS[@]}"; do [[ $1 != "$name" ]] || { LAB_TFTP_SERVER=$1 && return; }; done
    for name in "${LAB_CALL_SERVERS[@]}"; do [[ $1 != "$name" ]] || { LAB_CALL_SERVER=$1 && return; }; done
    die "no server '$1': ${LAB_TFTP_SERVERS[*]} ${LAB_CALL_SERVERS[*]}"
}

# Which program phones register with: kamailio (SIP), asterisk (Skinny and SIP), or none.
LAB_CALL_SERVERS=(kamailio asterisk none)
readonly LAB_CALL_SERVERS

start_call_server() {
    # shellcheck disable=SC2119 # without TLS
    case $1 in
        kamailio) start_sip_server ;;
        asterisk) start_asterisk ;;
        none) ;;
        *) die "no call server '$1': ${LAB_CALL_SERVERS[*]}" ;;
    esac
}

# lab_down: the box ends first, as it would on a real machine; then the hosts and the lab's folder go.
lab_down() {
    box_stop || true
    lab_remove
}

lab_remove() {
    softphones_kill
    topology_down
    [[ -e $LAB_DIR || -L $LAB_DIR ]] || return 0
    # An empty folder is what an "up" that was killed early leaves.
    rmdir "$LAB_DIR" 2>/dev/null && return
    [[ -f $LAB_DIR/.phoneproxy-lab && -O $LAB_DIR && ! -L $LAB_DIR ]] ||
        die "$LAB_DIR is not a lab's folder; it stays as it is"
    rm -r "$LAB_DIR"
}

# lab_gone: nothing of the lab is left.
lab_gone() { [[ -z $(present_hosts) && ! -e $LAB_DIR ]]; }
