#!/usr/bin/env bash
# Remote Skinny phones with two call servers behind the box, known by two addresses and by two ports of one: they hold a
# connection to each, move to the second when the first is gone, and come back.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

SECOND=192.0.2.105
# As remote phones know the two: SERVERS.
BY_ADDRESS=10.10.0.26:2443,10.10.0.27:2443
BY_PORT=10.10.0.26:2443,10.10.0.26:7443

# two_servers TRANSLATIONS: the path of the phone proxy's configuration with these in place of its own.
two_servers() {
    local path=$LAB_DIR/two-servers.cfg
    {
        sed '/^object network obj-192.0.2.101/,/^!/d' "$(phone_proxy_configuration)"
        printf '%s\ncapture tls type tls-proxy buffer 4194304 interface outside\n' "$1"
    } >"$path"
    printf '%s\n' "$path"
}

by_address() {
    two_servers 'static (inside,outside) 10.10.0.26 192.0.2.101
static (inside,outside) 10.10.0.27 192.0.2.105'
}

# Behind each secure port the clear one is 443 below, so both are translated.
by_port() {
    two_servers 'static (inside,outside) udp 10.10.0.26 69 192.0.2.101 69
static (inside,outside) tcp 10.10.0.26 2000 192.0.2.101 2000
static (inside,outside) tcp 10.10.0.26 2443 192.0.2.101 2443
static (inside,outside) tcp 10.10.0.26 7000 192.0.2.105 2000
static (inside,outside) tcp 10.10.0.26 7443 192.0.2.105 2443'
}

first_start() { callmanager_start "first-$1" "$UCM" --long-forms --keep-alive 1 --refuse-tokens 1 --others "$SECOND"; }
second_start() { callmanager_start "second-$1" "$SECOND" --long-forms --keep-alive 1 --others "$UCM"; }

# standing NAME: seven phones, one of each version, that take calls until they are ended.
standing() {
    skinny_phones_start "$1" pp-direct "$SERVERS" "${SECURE_OPTIONS[@]}" --standby --retry 0.5 --srtp \
        --count 7 --versions "$SKINNY_VERSIONS" --stay 110
}

# callers NAME: others, who know the same servers, call each of the standing phones.
callers() {
    skinny_phones "$1" pp-phone "$SERVERS" "${SECURE_OPTIONS[@]}" --srtp --first SEP001DA2100010 --user 1016 --count 7 \
        --versions "$SKINNY_VERSIONS" --to 1000 --targets 7 --calls 7 --simultaneous 7 --rate 50 --talk 1 && all_encrypted "$1"
}

# registered_at SERVER: by what the box knows, this server has the seven; each has a connection to either server, and is in
# the database with a port.
registered_at() {
    local sessions
    sessions=$(box show phone-proxy signaling-sessions detail) || return 1
    printf '%s\n' "$sessions"
    [[ $(awk '/^outside/ { server = $4 } / registration / { print server }' <<<"$sessions" | sort | uniq -c | xargs) == "7 $1:2000" ]] &&
        [[ $(grep -c '^outside.* open ' <<<"$sessions") == "${2:-14}" ]] &&
        [[ $(secure_phones_table | awk '$3 > 0' | wc -l) == 7 ]]
}

# told NAME PATTERN: what a call manager has counted at its end.
told() { callmanager_stop "$1" | grep '"summary"' | grep -E "$2"; }

# nothing_odd COUNT: so many registrations, and phones come from where they say and answer what they are asked.
nothing_odd() {
    printf '"registrations":%s,.*"unknownMessages":0,"outOfOrder":0.*"foreignAddresses":0,"strayAcks":0,"refusals":0' "$1"
}

# moves HOW: the whole story, by the names that SERVERS gives the two.
moves() {
    first_start "$1"
    second_start "$1"
    standing "$1"
    check "by $1: phones register at the first server, and connect to the second" wait_until 20 registered_at "$UCM"
    check "by $1: they take calls" callers "$1-1"
    skinny_phones_start "$1-talking" pp-phone "$SERVERS" "${SECURE_OPTIONS[@]}" --srtp --first SEP001DA2100020 --user 1032 \
        --to 1003 --calls 1 --talk 100
    check "by $1: one talks" wait_until 10 shows '10.10.0.25' phone-proxy media-sessions
    callmanager_kill "first-$1"
    check "by $1: the first is killed: they are registered at the second" wait_until 20 registered_at "$SECOND" 7
    check "by $1: who has talked has lost the call" wait_until 5 service_ended "phones-$1-talking"
    check "by $1: and the box has closed what it had opened" wait_until 5 box_has_no_media
    check "by $1: they take calls there" callers "$1-2"
    first_start "$1"
    check "by $1: the first is back, and has them, while the second stands by" wait_until 30 registered_at "$UCM"
    check "by $1: they take calls there again" callers "$1-3"
    kill -s TERM "$(cat "$LAB_DIR/phones-$1.pid")"
    check "by $1: one call was lost with its server, and no other" one_lost "$1"
    check "by $1: the second had all of them, and the callers" told "second-$1" "$(nothing_odd 1[45])"
    check "by $1: the first had them back, one after it was told to wait" \
        told "first-$1" "$(nothing_odd 14 | sed 's/,\.\*/,.*"tokens":8,.*/')"
}

# one_lost NAME: of the calls to the standing phones one was lost with its server, and all others were good.
one_lost() {
    local calls
    skinny_phones_ended "$1" >/dev/null
    calls=$(grep -o '"outcome":"[a-z ]*"' "$LAB_DIR/log/phones-$1.log" | sort | uniq -c | xargs)
    printf '%s\n' "$calls"
    [[ $calls == '21 outcome:completed 1 outcome:connection lost' ]]
}

# servers_told FIRST SECOND PORT PORT: the lists of servers that phones have got name these and no others, the one that tells them first.
servers_told() {
    local told
    told=$(tshark -n -r "$LAB_DIR/out/tls.pcapng" -d tcp.port==2000,skinny -Y 'skinny.messageId == 0x9e' -T fields \
        -E separator=' ' -e skinny.ServerName -e skinny.serverTcpListenPort 2>/dev/null | sort -u)
    same_text "$(printf '%s,%s,,, %s,%s,0,0,0\n' "$1" "$2" "$3" "$4" "$2" "$1" "$4" "$3" | sort -u)" "$told"
}

# deaf_server: nothing that is sent to the first server's port arrives, and it says nothing.
deaf_server() {
    in_host pp-ucm nft -f - <<NFT
table inet deaf {
    chain input {
        type filter hook input priority filter; policy accept;
        ip daddr $UCM tcp dport 2000 drop
    }
}
NFT
}

LAB_CALL_SERVER=none
lab_up
SERVERS=$BY_ADDRESS
box_start "$(by_address)"
secure_phones_prepare
moves address

# A server that falls silent, with nobody to say that it is gone.
first_start silent
second_start silent
standing silent
check 'phones are registered at the first' wait_until 20 registered_at "$UCM"
deaf_server
check 'it falls silent: the box hides nothing, and they go to the second' wait_until 30 registered_at "$SECOND" 7
in_host pp-ucm nft delete table inet deaf
check 'it is heard again, and they come back' wait_until 40 registered_at "$UCM"
kill -s TERM "$(cat "$LAB_DIR/phones-silent.pid")"
wait_until 10 service_ended phones-silent
callmanager_stop first-silent >/dev/null
callmanager_stop second-silent >/dev/null

# What phones are told of servers, they can reach.
box copy /pcap capture:tls "$LAB_DIR/out/tls.pcapng" >/dev/null
check 'ServerRes names both servers as phones know them' servers_told 10.10.0.26 10.10.0.27 2443 2443
check 'tshark finds nothing odd in what phones are told' skinny_reads "$LAB_DIR/out/tls.pcapng" 2000
box_stop

SERVERS=$BY_PORT
box_start "$(by_port)"
secure_phones_prepare
moves port
box copy /pcap capture:tls "$LAB_DIR/out/tls.pcapng" >/dev/null
check 'ServerRes names both ports' servers_told 10.10.0.26 10.10.0.26 2443 7443
lab_test_done
