#!/usr/bin/env bash
# Every trouble with TFTP that a phone proxy's administrator looks for: the phone fails as it should, and the box says why
# and counts it.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

TRANSFER_SECONDS=15
DEVICE=SEP001DA2010070
MODEL=7970-sccp
PHONE='outside:69\.181\.112\.219/[0-9]+'

# trouble WORDS…: the next one; what the box said before no longer counts.
trouble() {
    say "-- $*"
    SAID=$(wc -c <"$LAB_DIR/log/box.log")
}

# told PATTERN [SECONDS]: debug phone-proxy tftp has printed such a line on the box's console, or does within this time.
told() { wait_until "${2:-5}" console_has "$1" || { console && return 1; }; }
console_has() { console | grep -qE "$1"; }
console() { tail -c +"$((SAID + 1))" "$LAB_DIR/log/box.log"; }

start_box() {
    box_start "$1"
    box debug phone-proxy tftp
}

# phone_fails OUTCOME: DEVICE ends with this outcome.
phone_fails() { fails_to_boot "$1" pp-direct "$DEVICE" "$MODEL"; }

phone_boots() { boots pp-direct "$DEVICE" "$MODEL"; }

# The user erases the phone's trust list.
erase_ctl() { rm -f "$(phone_state pp-direct)/$DEVICE.tlv"; }

# while_stopped PORT COMMAND…: while the program that listens there in pp-ucm is stopped.
while_stopped() {
    local pid status=0
    pid=$(in_host pp-ucm ss -Hlunp "sport = $1" | sed -nE 's/.*pid=([0-9]+).*/\1/p' | head -n 1)
    shift
    kill -STOP "$pid"
    "$@" || status=$?
    kill -CONT "$pid"
    return "$status"
}

# put_file FILE: the call server has this file, from standard input.
put_file() { cat >"$(tftp_root)/$1"; }
restore_file() { add_phone pp-direct "$DEVICE" "$MODEL"; }

parsing_error() {
    trouble 'configuration file parsing error'
    put_file "$DEVICE.cnf.xml" <<<'! not XML'
    check 'the phone does not get it, and that is counted' counts parsingErrors phone_fails 'TFTP access error'
    check 'the request is told of' told "^PP: 69\.181\.112\.219/[0-9]+ requesting $DEVICE\.cnf\.xml\.sgn"
    check 'the parser says what it met' told '^PP: Beginning of element tag is missing, got !'
    check 'and that it could not read the file' told '^PP: error parsing config file'
    check 'and that it passes nothing on' told '^PP: Error modifying config file, dropping packet'
    check 'without debug, the log has it too' logged 'error parsing config file'
    restore_file
}

not_a_configuration_file() {
    trouble 'not a configuration file'
    put_file "$DEVICE.cnf.xml" <<<'<Default><callManagerGroup/></Default>'
    check 'the phone does not get it, and that is counted' counts parsingErrors phone_fails 'TFTP access error'
    check 'the reason is told' told "^PP: not a phone's configuration file"
    restore_file
    put_file SKlab.xml <<<'! soft keys'
    check 'a file of another kind is signed as it is' boots pp-direct "$DEVICE" "$MODEL" --files SKlab.xml
}

no_dns_response() {
    trouble 'unable to get DNS response'
    sed 's|<processNodeName>[^<]*<|<processNodeName>absent.lab.example<|' "$(model_file "$MODEL")" |
        put_file "$DEVICE.cnf.xml"
    check 'the phone does not get its file, and that is counted' \
        while_stopped 53 counts lookupFailures phone_fails 'TFTP access error'
    check 'the look-up is told of' told '^PP: Callback required for parsing config file'
    check 'and that nobody answered' told '^PP: Unable to get dns response for id [0-9]+'
    check 'and that the file was not modified' told '^PP: Callback, error modifying config file'
    restore_file
}

call_server_silent() {
    trouble 'the call server does not respond to the TFTP request'
    check 'the phone does not get its file, and the box tells of the silence' while_stopped 69 server_silence_is_told
    check 'and counts it' counter_is_not 0 serverSilent
    check 'the phone asked again, and that is told of' \
        told "^PP: Client $PHONE retransmitting request for Config file $DEVICE\.cnf\.xml\.sgn"
    check 'afterwards the phone boots' phone_boots
}

server_silence_is_told() {
    phone_fails 'TFTP (timeout|access error)' &&
        told "^PP: Server inside:192\.0\.2\.101/69 does not respond to request for $DEVICE" 60
}

phone_silent() {
    trouble 'the phone does not respond after data was sent'
    check 'the phone gets nothing' while_deaf pp-direct phone_fails 'TFTP timeout'
    check 'the block is told of' told "^PP: Data Block 1 forwarded from $GLOBAL_TFTP/[0-9]+ to 69\.181\.112\.219/[0-9]+"
    check 'the repeated request is' told "^PP: Client $PHONE retransmitting request for CTL file CTL$DEVICE\.tlv"
    check 'the silence is' told "^PP: Client $PHONE does not respond, CTL$DEVICE\.tlv" 90
    check 'and counted' counter_is_not 0 clientSilent
}

unsigned_request() {
    trouble 'the phone requests an unsigned file'
    check 'it is dropped' refuses phone-proxy-unsigned-request \
        downloads curl pp-direct "$GLOBAL_TFTP" "$DEVICE.cnf.xml"
    check 'and told of' told '^Error: phone requesting for unsigned config file'
    check 'and counted' counts unsignedRequests fails downloads curl pp-direct "$GLOBAL_TFTP" "$DEVICE.cnf.xml"
}

auth_error() {
    trouble 'TFTP Auth Error'
    check 'the box ends' box_stop
    rm -rf "$LAB_DIR/state"
    start_box "$1"
    check 'a box with new keys: the phone refuses its trust list' phone_fails 'CTL update failed'
    check 'and its files' \
        grep -q '"verified":false,"reason":"the signer is not in the trust list"' "$LAB_DIR/log/phones.json"
    erase_ctl
    check 'once its trust list is erased, the phone boots' phone_boots
}

no_ctl_file() {
    trouble 'the phone is unable to download the CTL file'
    check 'the box ends' box_stop
    start_box "$1"
    erase_ctl
    check 'without a trust list the phone asks for an unsigned file, which is dropped' \
        counts unsignedRequests phone_fails 'TFTP access error'
    check 'the trust list that is not there is told of' \
        told "^PP: no CTL file, request of $PHONE for CTL$DEVICE\.tlv refused"
    check 'and counted' counter_is_not 0 noTrustList
}

LAB_CONFIG=$PHONE_PROXY_CONFIG
config=$(configuration phones 's/^dns name-server .*/&\ndns server-group DefaultDNS\n timeout 1\n retries 0/')
without_ctl=$(configuration no-ctl '/^ no shutdown/d')
lab_up
start_box "$config"
trouble 'none yet'
check 'the phone boots' phone_boots
check 'and is told of as a secure device' told "^PP: Created entry for secure device $(cisco_mac "$DEVICE")"
parsing_error
not_a_configuration_file
no_dns_response
call_server_silent
phone_silent
unsigned_request
auth_error "$config"
no_ctl_file "$without_ctl"

rm -f "$config" "$without_ctl"
lab_test_done
