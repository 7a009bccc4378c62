#!/usr/bin/env bash
# Every trouble with TFTP that a phone proxy's administrator looks for: the phone fails as it should, and the box says why
# and counts it.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

TRANSFER_SECONDS=10
DEVICE=SEP001DA2010070
MODEL=7970-sccp

# phone_fails OUTCOME: DEVICE ends with this outcome.
phone_fails() { fails_to_boot "$1" pp-direct "$DEVICE" "$MODEL"; }

phone_boots() { boots pp-direct "$DEVICE" "$MODEL"; }

# The user erases the phone's trust list.
erase_ctl() { rm -f "$(phone_state pp-direct)/$DEVICE.tlv"; }

# told PATTERN [SECONDS]: debug phone-proxy tftp has printed such a line.
told() { wait_until "${2:-5}" grep -qE "$1" "$LAB_DIR/log/debug.log"; }

# asks_and_falls_silent FILE: a read request, and nothing else.
asks_and_falls_silent() {
    # shellcheck disable=SC2016 # expanded by that shell
    in_host pp-direct bash -c 'printf "\0\1%s\0octet\0" "$1" >"/dev/udp/$2/69"' silent-phone "$1" "$GLOBAL_TFTP"
}

# while_stopped PORT COMMAND…: while the program that listens there in pp-ucm is stopped.
while_stopped() {
    local port=$1 pid status=0
    shift
    pid=$(in_host pp-ucm ss -Hlunp "sport = $port" | sed -nE 's/.*pid=([0-9]+).*/\1/p' | head -n 1)
    kill -STOP "$pid"
    "$@" || status=$?
    kill -CONT "$pid"
    return "$status"
}

# put_file FILE: the call server has this file, from standard input.
put_file() { cat >"$(tftp_root)/$1"; }
restore_file() { add_phone pp-direct "$DEVICE" "$MODEL"; }

start_box() {
    box_start "$1"
    box debug phone-proxy tftp </dev/null >>"$LAB_DIR/log/debug.log" 2>&1 &
}

LAB_CONFIG=$PHONE_PROXY_CONFIG
config=$(configuration phones 's/^dns name-server .*/&\ndns server-group DefaultDNS\n timeout 1\n retries 0/')
without_ctl=$(configuration no-ctl '/^ no shutdown/d')
lab_up
start_box "$config"
check 'without trouble, the phone boots' phone_boots
check 'the request is told of' told "PP: 69\.181\.112\.219/[0-9]+ requesting $DEVICE\.cnf\.xml\.sgn"

say '-- configuration file parsing error'
put_file "$DEVICE.cnf.xml" <<<'<device><!<name></device>'
check 'the phone does not get it' refuses phone-proxy-file-not-modified phone_fails 'TFTP access error'
check 'the parser says what it met' told 'PP: Beginning of element tag is missing, got !'
check 'and that it could not read the file' told 'PP: error parsing config file'
check 'and that it passes nothing on' told 'PP: Error modifying config file, dropping packet'
restore_file

say '-- a file that is not a configuration file'
put_file "$DEVICE.cnf.xml" <<<'<Default><callManagerGroup/></Default>'
check 'the phone does not get it' refuses phone-proxy-file-not-modified phone_fails 'TFTP access error'
check 'the reason is told' told "PP: not a phone's configuration file"
restore_file

say '-- no response of the name server'
sed "s|<processNodeName>.*<|<processNodeName>absent.lab.example<|" "$(model_file "$MODEL")" | put_file "$DEVICE.cnf.xml"
check 'the phone does not get its file' while_stopped 53 phone_fails 'TFTP access error'
check 'the look-up is told of' told 'PP: Callback required for parsing config file'
check 'and that nobody answered' told 'PP: Unable to get dns response for id [0-9]+'
check 'and that the file was not changed' told 'PP: Callback, error modifying config file'
restore_file

say '-- the call server does not respond'
check 'the phone does not get its file' while_stopped 69 phone_fails 'TFTP timeout'
check 'its requests are told of' \
    told "PP: Client outside:69\.181\.112\.219/[0-9]+ retransmitting request for Config file $DEVICE\.cnf\.xml\.sgn"
check 'and the silence' told "PP: Server inside:192\.0\.2\.101/69 does not respond to request for $DEVICE" 30
check 'afterwards the phone boots' phone_boots

say '-- the phone does not respond'
asks_and_falls_silent "CTL$DEVICE.tlv"
asks_and_falls_silent "CTL$DEVICE.tlv"
check 'the block is told of' told "PP: Data Block 1 forwarded from $GLOBAL_TFTP/[0-9]+ to 69\.181\.112\.219/[0-9]+"
check 'and the silence' told "PP: Client outside:69\.181\.112\.219/[0-9]+ does not respond, CTL$DEVICE" 90

say '-- a request for an unsigned file'
: >"$LAB_DIR/out/unsigned"
check 'it is refused' refuses phone-proxy-unsigned-request \
    downloads curl pp-direct "$GLOBAL_TFTP" "$DEVICE.cnf.xml"
check 'and told of' told '^Error: phone requesting for unsigned config file'

say '-- TFTP Auth Error'
check 'the box ends' box_stop
rm -rf "$LAB_DIR/state"
start_box "$config"
check 'a box with new keys: the phone refuses its trust list' phone_fails 'CTL update failed'
check 'and its files' grep -q '"verified":false,"reason":"the signer is not in the trust list"' "$LAB_DIR/log/phones.json"
erase_ctl
check 'once its trust list is erased, the phone boots' phone_boots

say '-- the trust list can not be downloaded'
check 'the box ends' box_stop
start_box "$without_ctl"
erase_ctl
check 'without a trust list, the phone asks for an unsigned configuration' \
    refuses phone-proxy-no-ctl-file phone_fails 'TFTP access error'
check 'the trust list that is not there is told of' told "PP: no CTL file, request of .* for CTL$DEVICE\.tlv refused"

rm -f "$config" "$without_ctl"
lab_test_done
