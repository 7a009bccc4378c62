#!/usr/bin/env bash
# Phones that are not what they should be: each is refused where it belongs, is named in the log, and does not reach the call
# server; a call beside it goes on.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

SECURE_SERVER=10.10.0.26:5061

# registers HOST USER MAC [CERTIFICATE]: the phone asks to be registered, as the device with this MAC; prints what it hears.
registers() {
    local address
    local -a identity=()
    address=$(host_address "$1")
    [[ -z ${4:-} ]] || identity=(-cert "$4" -key "$4")
    { registration "$address" "$2" "$3" | sed 's/$/\r/' && sleep 1; } |
        in_host "$1" timeout 5 openssl s_client -quiet -connect "$SECURE_SERVER" "${identity[@]}" 2>&1
}

# registration ADDRESS USER MAC
registration() {
    cat <<SIP
REGISTER sip:10.10.0.26 SIP/2.0
Via: SIP/2.0/TLS $1:5061;branch=z9hG4bK$2
From: <sip:$2@10.10.0.26>;tag=1
To: <sip:$2@10.10.0.26>
Call-ID: strangers-$2
CSeq: 1 REGISTER
Max-Forwards: 70
Contact: <sip:$2@$1:5061;transport=tls>;+sip.instance="<urn:uuid:00000000-0000-0000-0000-$3>"
Expires: 60
Content-Length: 0

SIP
}

# is_accepted HOST USER MAC CERTIFICATE: the call server answers, and has the contact.
is_accepted() {
    local heard
    heard=$(registers "$@") || true
    printf '%s\n' "$heard"
    grep 'SIP/2.0 200 OK' <<<"$heard" && is_registered "$2"
}

# is_refused ALERT HOST USER MAC [CERTIFICATE]: the handshake ends with this alert, and nothing comes of it.
is_refused() {
    local alert=$1 heard
    shift
    heard=$(registers "$@") || true
    printf '%s\n' "$heard"
    grep -E "alert $alert" <<<"$heard" && ! grep 'SIP/2.0' <<<"$heard" && fails is_registered "$2"
}

# is_ignored HOST USER MAC CERTIFICATE: the handshake succeeds; what the phone says is dropped.
is_ignored() {
    local heard
    heard=$(registers "$@") || true
    printf '%s\n' "$heard"
    ! grep -E 'SIP/2.0|alert' <<<"$heard" && fails is_registered "$2"
}

logs() { shows "$1" logging; }
hears_on() { softphone_listens public "$TONE_DESK" "$1" && softphone_listens desk "$TONE_REMOTE" "$1"; }

lab_up
box_start "$(phone_proxy_configuration)"
softphone_start desk pp-desk 2001 "$UCM" udp "$TONE_DESK"
softphone_start public pp-direct 1001 "$SECURE_SERVER" tls "$TONE_REMOTE" media=srtp \
    certificate="$(phone_certificate SEP001DA2010070)"
check 'a phone and a desk phone register' softphone_registered public
check 'so does the desk phone' softphone_registered desk
check 'they talk' softphones_talk public desk 2001
softphone_listens public "$TONE_DESK" 20 >"$LAB_DIR/out/neighbour" 2>&1 &
neighbour=$!

device=001DA2010061
good=$(phone_certificate SEP$device)
check 'without a certificate there is no connection' is_refused '(certificate required|handshake failure)' pp-phone 1010 $device
check 'the log says so' logs '%ASA-7-725014: .* peer did not return a certificate'
check 'and which phone that was' logs '%ASA-6-725006: Device failed SSL handshake with client outside:98\.208\.49\.30/'
box clear logging

check 'nor with one whose time is over' is_refused 'certificate expired' pp-phone 1011 $device "$(phone_certificate SEP$device expired)"
check 'the log says so' logs '%ASA-3-717009: Certificate validation failed\. certificate has expired, .*cn=CP-7962G-SEP001DA2010061,'
check 'nor with one whose time has not come' is_refused 'bad certificate' pp-phone 1012 $device "$(phone_certificate SEP$device future)"
check 'the log says so' logs '%ASA-3-717009: Certificate validation failed\. certificate is not yet valid, '
check 'nor with one that somebody else has signed' is_refused 'unknown ca' pp-phone 1013 $device "$(phone_certificate SEP$device valid other)"
check 'the log says so' logs '%ASA-3-717009: Certificate validation failed\. No suitable trustpoints found to validate certificate '
check 'and that the chain ends nowhere' logs '%ASA-3-717027: Certificate chain failed validation\. '
check_not 'none of them has got an entry' shows "SEP$device|001d\\.a201\\.0061" phone-proxy secure-phones
check_not 'none of them was looked at any further' logs '607004'
box clear logging

check 'one that says it is another device is not heard' is_ignored pp-phone 1014 001DA2010099 "$good"
check 'the log says so' logs '%ASA-4-607004: Phone Proxy: Dropping SIP message from outside:98\.208\.49\.30/[0-9]+ to inside:192\.0\.2\.101/5060 with source MAC 001d\.a201\.0099 due to secure phone database mismatch'
check "nor one that says it is its neighbour" is_ignored pp-phone 1015 001DA2010070 "$good"
check 'the log says so' logs '607004: .* MAC 001d\.a201\.0070 '
check 'the same phone under its own name is' is_accepted pp-phone 1016 $device "$good"

status=0
wait "$neighbour" || status=$?
check 'the call beside them was whole all the time' test "$status" -eq 0
check 'and goes on' hears_on 1

lab_test_done
