# shellcheck shell=bash
# The lab's call server: Kamailio on the call server's address, port 5060, UDP and TCP. What it does stands in
# tools/lab.d/sip/kamailio.cfg.

# start_sip_server: returns once it answers.
start_sip_server() {
    mkdir "$LAB_DIR/kamailio"
    start_service kamailio pp-ucm kamailio -DD -E -m 64 -M 8 -w "$LAB_DIR/kamailio" -Y "$LAB_DIR/kamailio" \
        -f "$REPOSITORY/tools/lab.d/sip/kamailio.cfg" -A "CONTROL=\"unix:$(sip_server_control)\""
    wait_until 10 sip_server core.uptime || die "the SIP server does not start: $(grep -m 3 -E "ERROR|CRITICAL" "$LAB_DIR/log/kamailio.log")"
}

sip_server_control() { printf '%s/kamailio/control\n' "$LAB_DIR"; }

# sip_server COMMAND…: a command to the running server, as kamcmd knows them.
sip_server() { kamcmd -s "unix:$(sip_server_control)" "$@"; }

# stop_sip_server: for tests in which a call server goes away.
stop_sip_server() {
    end_service kamailio
    wait_until 5 fails sip_server_listens
    rm -rf "$LAB_DIR/kamailio"
}

sip_server_listens() { in_host pp-ucm ss -Hlutn "src $UCM and sport = 5060" | grep . >/dev/null; }

# registered_contacts USER: where the server would send a call to this user, one a line.
registered_contacts() { sip_server ul.lookup location "s:$1" | sed -nE 's/^[[:space:]]*Address: //p'; }

# is_registered USER: the server has at least one contact.
is_registered() { [[ -n $(registered_contacts "$1") ]]; }
