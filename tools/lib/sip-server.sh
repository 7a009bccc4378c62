# shellcheck shell=bash
# The lab's call server: Kamailio on the call server's address, port 5060, UDP and TCP; as a cluster in mixed mode on port
# 5061 by TLS, too. What it does stands in tools/lab.d/sip/kamailio.cfg.

# start_sip_server [CERTIFICATE AUTHORITIES]: returns once it answers. With a file of its key and certificate, and one of the
# authorities whose phones it believes, it speaks TLS and demands certificates.
# shellcheck disable=SC2120 # for tests
start_sip_server() {
    local -a secure=()
    if (($# > 0)); then secure=(-A WITH_TLS -A "TLS_CERTIFICATE=\"$1\"" -A "TLS_AUTHORITIES=\"$2\""); fi
    mkdir "$LAB_DIR/kamailio"
    start_service kamailio pp-ucm kamailio -DD -E -m 64 -M 8 -w "$LAB_DIR/kamailio" -Y "$LAB_DIR/kamailio" \
        -f "$REPOSITORY/tools/lab.d/sip/kamailio.cfg" -A "CONTROL=\"unix:$(sip_server_control)\"" "${secure[@]}"
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

# registered_as USER: the names in the certificates with which USER has registered by TLS, "subject by issuer" each.
registered_as() { sed -nE "s/.*registration of $1 with the certificate of (.*)\$/\1/p" "$LAB_DIR/log/kamailio.log"; }

# registered_contacts USER: where the server would send a call to this user, one a line.
registered_contacts() { sip_server ul.lookup location "s:$1" | sed -nE 's/^[[:space:]]*Address: //p'; }

# is_registered USER: the server has at least one contact.
is_registered() { [[ -n $(registered_contacts "$1") ]]; }
