#!/usr/bin/env bash
# A cluster in mixed mode: the call server speaks TLS and believes no phone without a certificate. The box stands in for each
# remote phone with one of its own making (client ldc), and media is SRTP on both sides, with other keys on each.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

SECURE_SERVER=10.10.0.26:5061

# remote_phone NAME HOST USER DEVICE
remote_phone() {
    softphone_start "$1" "$2" "$3" "$SECURE_SERVER" tls "$TONE_REMOTE" media=srtp certificate="$(phone_certificate "$4")"
}

# both_hear ONE TONE OTHER TONE: for two seconds each hears the other's tone; TONE is what the phone before it sends.
both_hear() {
    softphone_listens "$1" "$4" &
    local other=$! status=0
    softphone_listens "$3" "$2" || status=1
    wait "$other" || status=1
    return "$status"
}

# believed_authorities: a file of those that the call server believes: who makes the remote phones' certificates, which the
# box has to have made first, and who makes those of internal phones.
believed_authorities() {
    local path=$LAB_DIR/out/believed.pem
    "$PHONEPROXY" ctl build --config "$CONFIG" --state "$LAB_DIR/state" --out "$LAB_DIR/out/CTLFile.tlv" >/dev/null
    {
        "$PHONEPROXY" crypto ca export ldc_server --state "$LAB_DIR/state" --identity-certificate
        cat "$(authority)"
    } >"$path"
    printf '%s\n' "$path"
}

# stood_in_for USER DEVICE: the server has seen a certificate with the phone's own name that the box's issuer has signed.
stood_in_for() {
    local seen
    seen=$(registered_as "$1" | sort -u)
    printf '%s\n' "$seen"
    [[ $seen == "CP-7962G-$2 by FW_LDC_SIGNER_172_23_45_200" ]]
}

# saved NAME: a capture of the box, in a file.
saved() {
    local path=$LAB_DIR/out/$1.pcapng
    box copy /pcap "capture:$1" "$path" >/dev/null
    printf '%s\n' "$path"
}

# keys_on SIDE: the keys in the descriptions that passed on that side of the box.
keys_on() {
    tshark -n -r "$(saved keys)" -Y "frame.interface_name == \"$1\" && sdp" -T fields -e sdp.media_attr |
        grep -oE 'inline:[A-Za-z0-9+/]+' | sort -u
}

# keys_are_each_sides_own: media was protected on both sides, and no key was used on both.
keys_are_each_sides_own() {
    local outside inside
    outside=$(keys_on outside) && inside=$(keys_on inside) || return 1
    printf 'outside %s\ninside %s\n' "$(wc -l <<<"$outside")" "$(wc -l <<<"$inside")"
    [[ -z $(comm -12 <(printf '%s\n' "$outside") <(printf '%s\n' "$inside")) ]]
}

# no_complaint FILE: tshark finds nothing wrong with it.
no_complaint() { [[ -z $(tshark -n -r "$1" -Y 'tcp.analysis.flags || _ws.malformed || _ws.expert.severity == error') ]]; }

# replays_as FILE PATTERN: what a replay of the file tells has the pattern.
replays_as() {
    "$PHONEPROXY" replay --json "$1" | python3 -c '
import json, sys
told = json.load(sys.stdin)
print(told["sip"]["requests"], told["registrations"], told["calls"])
devices = {r["device"].split("@")[0] for r in told["registrations"] if r["state"] in ("registered", "unregistered")}
calls = [c for c in told["calls"] if c["state"] == "ended" and c["media"] and c["media"][0]["profile"] == "RTP/SAVP"]
assert told["sip"]["malformed"] == 0 and {"1001", "1002"} <= devices and len(calls) >= 2
'
}

has_no_keys() { fails grep -aE 'inline:[A-Za-z0-9+/]{30}' <(sed 's/x\{20,\}//g' "$1"); }

lab_up
CONFIG=$(mixed_mode_configuration)
printf 'capture tls type tls-proxy buffer 4194304\ncapture keys type tls-proxy include keys buffer 4194304\n' >>"$CONFIG"
check 'the configuration is accepted without a warning about it' fails grep -i 'ldc\|tls-proxy' \
    <("$PHONEPROXY" check "$CONFIG" 2>&1)
believed=$(believed_authorities)
stop_sip_server
start_sip_server "$(server_certificate ucm)" "$believed"
box_start "$CONFIG"
wire_start
softphone_start desk pp-desk 2001 "$UCM:5061" tls "$TONE_DESK" media=srtp certificate="$(phone_certificate SEP001DA2010001)"
check 'the desk phone registers with a certificate of its manufacturer' softphone_registered desk
remote_phone public pp-direct 1001 SEP001DA2010070
remote_phone home pp-phone 1002 SEP001DA2020070
check 'a remote phone with a public address registers' softphone_registered public
check 'so does one behind a home router' softphone_registered home
check 'the call server has seen a certificate of the one, made by the box' stood_in_for 1001 SEP001DA2010070
check 'and one of the other' stood_in_for 1002 SEP001DA2020070
if ((CHECKS_FAILED > 0)); then
    say 'No remote phone has registered; what follows needs them.'
    lab_test_done
    exit 1
fi

for name in public home; do
    user=1001
    [[ $name == public ]] || user=1002
    check "$name calls the desk phone" softphones_talk "$name" desk 2001
    check "$name: each hears the other, whole" both_hear "$name" "$TONE_REMOTE" desk "$TONE_DESK"
    check "$name hangs up" softphone_hangup "$name"
    check "$name: the desk phone has no call any more" softphone_is desk idle
    check "the desk phone calls $name" softphones_talk desk "$name" "$user"
    check "$name: each hears the other, whole" both_hear "$name" "$TONE_REMOTE" desk "$TONE_DESK"
    check "the desk phone hangs up" softphone_hangup desk
    check "$name has no call any more" softphone_is "$name" idle
done
check 'two remote phones call each other' softphones_talk public home 1002
check 'each hears the other, whole' both_hear public "$TONE_REMOTE" home "$TONE_REMOTE"
check 'one hangs up' softphone_hangup public
check 'the other has no call any more' softphone_is home idle

check 'show tls-proxy sessions has a cipher on both sides' grep -c 'Server: State SSLOK  Cipher' \
    <(box show tls-proxy sessions detail)
check 'the log tells of the handshake with the server' grep -q '725001.*server inside:192.0.2.101/5061' <(box show logging)
check 'and that the server asked for a certificate' grep -q '725005' <(box show logging)

tls=$(saved tls)
check 'what was said behind TLS is captured, and tshark finds nothing wrong with it' no_complaint "$tls"
check 'a replay of it tells the registrations and calls' replays_as "$tls"
check 'keys are not in it' has_no_keys "$tls"
check 'each side has keys of its own' keys_are_each_sides_own

wire_stop
check 'inside, the box speaks TLS for the phones' wire_has inside 'ip.addr == 69.181.112.219 && tcp.port == 5061 && tls.app_data'
check_not 'nobody could read SIP there' wire_has inside 'frame contains "SIP/2.0"'
check 'inside, media is SRTP' wire_has inside 'ip.addr == 192.0.2.25 && udp.length == 190'
check_not 'and none of it is plain' wire_has inside 'ip.addr == 192.0.2.25 && udp.length == 180'
check 'outside, media is SRTP' wire_has outside 'ip.addr == 10.10.0.25 && udp.length == 190'
check_not 'and none of it is plain' wire_has outside 'ip.addr == 10.10.0.25 && udp.length == 180'

softphone_stop public
check 'a phone that ends takes its registration back' wait_until 3 fails is_registered 1001
stop_sip_server
start_sip_server "$(server_certificate ucm other)" "$believed"
remote_phone again pp-direct 1001 SEP001DA2010070
check 'with a call server whose certificate nobody vouches for, no phone registers' fails softphone_registered again
check 'and it has heard nothing' fails is_registered 1001
check 'the log says why' grep -q '717009' <(box show logging)

lab_test_done
