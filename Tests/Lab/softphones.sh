#!/usr/bin/env bash
# The lab's own SIP: without a box, softphones and the call server do what the tests of the box take for granted.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

lab_up

# Where each phone is registered.
softphone_start remote pp-direct 1001 "$UCM" udp "$TONE_REMOTE"
softphone_start desk pp-desk 2001 "$UCM" udp "$TONE_DESK"
softphone_start desk-tcp pp-desk 2002 "$UCM" tcp "$TONE_THIRD"
softphone_start guarded pp-direct 5001 "$UCM" tcp "$TONE_REMOTE"
softphone_start stranger pp-direct 5002 "$UCM" udp "$TONE_REMOTE" password=wrong
check 'a phone registers over UDP' softphone_registered remote
check 'a desk phone registers over UDP' softphone_registered desk
check 'a desk phone registers over TCP' softphone_registered desk-tcp
check 'a phone answers a challenge with its password' softphone_registered guarded
check 'the server has its contact' is_registered 5001
check 'a wrong password is refused' wait_until 5 grep 'reg: .* 401 ' "$LAB_DIR/log/softphone-stranger.log"
check_not 'and no contact is taken' is_registered 5002

# both_hear ONE TONE OTHER TONE: for two seconds each hears the other's tone; TONE is what the phone before it sends.
both_hear() {
    softphone_listens "$1" "$4" &
    local other=$! status=0
    softphone_listens "$3" "$2" || status=1
    wait "$other" || status=1
    return "$status"
}

check 'the remote phone calls the desk phone, which answers' softphones_talk remote desk 2001
check 'each hears the other, whole' both_hear remote "$TONE_REMOTE" desk "$TONE_DESK"
check_not 'another tone is not heard' softphone_heard desk "$TONE_THIRD"
check 'the desk phone puts the call on hold' softphone_hold desk
check 'it says so' softphone_is desk held
check_not 'the remote phone is not heard meanwhile' softphone_listens desk "$TONE_REMOTE" 1
check 'the desk phone takes the call back' softphone_resume desk
check 'each hears the other again' both_hear remote "$TONE_REMOTE" desk "$TONE_DESK"
check 'the desk phone sends the caller to another one' softphone_transfer desk 2002
check 'that one rings' softphone_is desk-tcp incoming
check 'and answers' softphone_answer desk-tcp
check 'they talk' softphone_is desk-tcp established
check 'each hears the other, whole' both_hear remote "$TONE_REMOTE" desk-tcp "$TONE_THIRD"
check 'the remote phone hangs up' softphone_hangup remote
check 'the other one has no call any more' softphone_is desk-tcp idle
check 'nor has the one that sent it there' softphone_is desk idle

check 'a desk phone calls over TCP' softphones_talk desk-tcp guarded 5001
check 'each hears the other, whole' both_hear guarded "$TONE_REMOTE" desk-tcp "$TONE_THIRD"
check 'the called one hangs up' softphone_hangup guarded
check 'and the caller has no call any more' softphone_is desk-tcp idle

# SDES-SRTP between two softphones, so that it is not new when the box comes in between.
softphone_start secure pp-direct 1003 "$UCM" udp "$TONE_REMOTE" media=srtp
softphone_start secure-desk pp-desk 2003 "$UCM" udp "$TONE_DESK" media=srtp
check 'a call with SRTP' softphones_talk secure secure-desk 2003
check 'each hears the other, whole' both_hear secure "$TONE_REMOTE" secure-desk "$TONE_DESK"
check 'it ends' softphone_hangup secure
softphone_dial secure 2001
check 'a phone without encryption can not be called by one that demands it' softphone_is secure idle

# The server knows itself by another address than the stand-in's, and says so, over TLS.
tls_stand_in

# asks_over_tls HOST CERTIFICATE: a phone with this certificate gets its question to the server.
asks_over_tls() {
    softphone_start "tls-$RANDOM" "$1" 1004 10.10.0.24:5061 tls "$TONE_REMOTE" media=srtp certificate="$2"
    wait_until 3 grep -l 'Not a host of this server' "$LAB_DIR"/log/softphone-tls-*.log
    local status=$?
    rm "$LAB_DIR"/log/softphone-tls-*.log
    return "$status"
}

check "a phone with its manufacturer's certificate speaks TLS" \
    asks_over_tls pp-direct "$(phone_certificate SEP001DA2010070)"
check 'so does one behind a home router' asks_over_tls pp-phone "$(phone_certificate SEP001DA2020070)"
check_not 'one whose certificate has expired does not' \
    asks_over_tls pp-direct "$(phone_certificate SEP001DA2010070 expired)"
check_not 'nor one whose certificate somebody else has signed' \
    asks_over_tls pp-direct "$(phone_certificate SEP001DA2010070 valid other)"

check 'a phone that ends takes its registration back' softphone_stop remote
check 'the server has no contact of it' wait_until 3 fails is_registered 1001
check 'the server ends' stop_sip_server

lab_test_done
