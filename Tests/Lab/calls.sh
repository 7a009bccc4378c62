#!/usr/bin/env bash
# The first encrypted call: a remote phone that knows TLS and SRTP only talks with a desk phone that knows neither, through
# the box, over a call server that knows neither. Real softphones, a real server.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

# Where remote phones find the call server.
SECURE_SERVER=10.10.0.26:5061

# remote_phone NAME HOST USER DEVICE [VALIDITY [AUTHORITY]]
remote_phone() {
    softphone_start "$1" "$2" "$3" "$SECURE_SERVER" tls "$TONE_REMOTE" media=srtp \
        certificate="$(phone_certificate "$4" "${@:5}")"
}

# both_hear ONE TONE OTHER TONE: for two seconds each hears the other's tone; TONE is what the phone before it sends.
both_hear() {
    softphone_listens "$1" "$4" &
    local other=$! status=0
    softphone_listens "$3" "$2" || status=1
    wait "$other" || status=1
    return "$status"
}

# vouched_for HOST DEVICE: the server that answers at the secure port is the one that phones are told to believe.
vouched_for() {
    local authority=$LAB_DIR/out/proxy.pem
    "$PHONEPROXY" crypto ca export _internal_PP_myctl --state "$LAB_DIR/state" --identity-certificate >"$authority"
    sleep 2 | in_host "$1" timeout 5 openssl s_client -connect "$SECURE_SERVER" -CAfile "$authority" -partial_chain \
        -verify_return_error -cert "$(phone_certificate "$2")" -key "$(phone_certificate "$2")"
}

# refused NAME HOST USER DEVICE VALIDITY AUTHORITY: the phone does not register.
refused() {
    remote_phone "$@"
    fails softphone_registered "$1" && fails is_registered "$3"
}

lab_up
box_start "$(phone_proxy_configuration)"
wire_start
softphone_start desk pp-desk 2001 "$UCM" udp "$TONE_DESK"
softphone_start third pp-desk 2002 "$UCM" tcp "$TONE_THIRD"
check 'the desk phones register' softphone_registered third

check 'the box shows the certificate that the trust list vouches for' vouched_for pp-direct SEP001DA2010070
remote_phone public pp-direct 1001 SEP001DA2010070
remote_phone home pp-phone 1002 SEP001DA2020070
check 'a remote phone with a public address registers over TLS with its certificate' softphone_registered public
check 'so does one behind a home router' softphone_registered home
check 'the call server has the one' is_registered 1001
check 'and the other' is_registered 1002
if ((CHECKS_FAILED > 0)); then
    say 'No remote phone has registered; what follows needs them.'
    lab_test_done
    exit 1
fi
descriptors=$(box_descriptors)

# calls_both_ways NAME USER: the phone and the desk phone call each other.
calls_both_ways() {
    check "$1 calls the desk phone" softphones_talk "$1" desk 2001
    check "$1: each hears the other, whole" both_hear "$1" "$TONE_REMOTE" desk "$TONE_DESK"
    check "$1 hangs up" softphone_hangup "$1"
    check "$1: the desk phone has no call any more" softphone_is desk idle
    check "$1: the box has closed what it opened" wait_until 5 box_has_no_media
    check "the desk phone calls $1" softphones_talk desk "$1" "$2"
    check "$1: each hears the other, whole" both_hear "$1" "$TONE_REMOTE" desk "$TONE_DESK"
    check "$1: the desk phone hangs up" softphone_hangup desk
    check "$1 has no call any more" softphone_is "$1" idle
}

calls_both_ways public 1001
calls_both_ways home 1002

check 'a call to put on hold' softphones_talk home desk 2001
check 'the desk phone puts it on hold' softphone_hold desk
check_not 'and hears nothing' softphone_listens desk "$TONE_REMOTE" 1
check 'the desk phone takes it back' softphone_resume desk
check 'each hears the other again' both_hear home "$TONE_REMOTE" desk "$TONE_DESK"
check 'the remote phone puts it on hold' softphone_hold home
check_not 'and hears nothing' softphone_listens home "$TONE_DESK" 1
check 'the remote phone takes it back' softphone_resume home
check 'each hears the other again' both_hear home "$TONE_REMOTE" desk "$TONE_DESK"
check 'the desk phone transfers the caller' softphone_transfer desk 2002
check 'the other desk phone rings' softphone_is third incoming
check 'and answers' softphone_answer third
check 'the remote phone talks with it' both_hear home "$TONE_REMOTE" third "$TONE_THIRD"
check 'the remote phone hangs up' softphone_hangup home
check 'the other desk phone has no call any more' softphone_is third idle

check 'two remote phones call each other' softphones_talk public home 1002
check 'each hears the other, whole' both_hear public "$TONE_REMOTE" home "$TONE_REMOTE"
check 'one hangs up' softphone_hangup public
check 'the other has no call any more' softphone_is home idle

check 'a phone whose certificate has expired does not register' \
    refused expired pp-direct 1003 SEP001DA2010061 expired
check 'nor one whose certificate somebody else has signed' \
    refused foreign pp-direct 1004 SEP001DA2010061 valid other
check 'its neighbours are not disturbed' softphones_talk public desk 2001
check 'they hear each other' both_hear public "$TONE_REMOTE" desk "$TONE_DESK"
softphone_hangup public

check 'the box has closed what it opened' wait_until 5 box_has_no_media
check 'it has no more descriptors than after the registrations' box_has_at_most_descriptors "$descriptors"
check 'a phone that ends takes its registration back' softphone_stop public
check 'the call server knows' wait_until 3 fails is_registered 1001

wire_stop
# A packet of G.711 has 172 bytes; what SRTP adds is ten more.
check 'outside there is TLS' wire_has outside 'tcp.port == 5061 && tls.app_data'
check_not 'and no SIP that one could read' wire_has outside 'frame contains "SIP/2.0"'
check 'outside, media is SRTP' wire_has outside 'ip.addr == 10.10.0.25 && udp.length == 190'
check_not 'and nothing of it plain' wire_has outside 'ip.addr == 10.10.0.25 && udp.length == 180'
check_not 'nothing else goes between the phones and the inside' wire_has outside \
    '(ip.addr == 69.181.112.219 || ip.addr == 98.208.49.30) && !(tcp.port == 5061) && !(ip.addr == 10.10.0.25) && !icmp'
check 'inside, SIP is plain' wire_has inside 'tcp.port == 5060 && sip.Method == "INVITE"'
check 'inside, media is RTP' wire_has inside 'ip.addr == 192.0.2.25 && udp.length == 180'
check_not 'and none of it is SRTP' wire_has inside 'ip.addr == 192.0.2.25 && udp.length == 190'

lab_test_done
