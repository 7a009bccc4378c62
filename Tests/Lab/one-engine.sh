#!/usr/bin/env bash
# Three drivers, one engine: the same traffic inline, on a tap and from recordings gives the same messages and packets.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

SERVER=10.10.0.26
FILES=(513.bin 100KiB.bin)
CLIENTS=(tftp-hpa curl:1428 atftp:1428:8)

config=$(configuration logging '1i logging enable\nlogging buffered debugging\nlogging buffer-size 1048576')
lab_up
box_start "$config"
OUT=$LAB_DIR/out

# beside NAME COMMAND…: in the box's namespace, beside the box; its process id goes to PIDS.
PIDS=()
beside() {
    local name=$1
    shift
    # Not by in_host: the process id must be the program's, not a subshell's.
    ip netns exec pp-box "$@" </dev/null >"$OUT/$name" 2>"$LAB_DIR/log/$name.log" {LAB_LOCK}>&- &
    PIDS+=($!)
}

# end_all: each ends by itself on SIGTERM, and succeeds.
end_all() {
    local pid status=0
    for pid in "${PIDS[@]}"; do kill "$pid" && wait "$pid" || status=1; done
    return "$status"
}

# messages FILE: what was logged, but for when flows were forgotten: a recording ends before that.
messages() { grep -E '^%' "$1" | grep -v Teardown; }

# packets FILE FILTER: addresses, ports and payload of the packets that Wireshark's display filter matches.
packets() {
    tshark -n -r "$1" -Y "$2" -T fields -e ip.src -e udp.srcport -e ip.dst -e udp.dstport -e udp.payload 2>/dev/null
}

# same_messages FILE FILE
same_messages() { diff <(messages "$1") <(messages "$2") && [[ $(messages "$1") == *complete* ]]; }

# same_packets FILE FILTER FILE FILTER
same_packets() { diff <(packets "$1" "$2") <(packets "$3" "$4") && [[ -n $(packets "$1" "$2") ]]; }

for side in outside=eth0 inside=eth1; do
    beside "tcpdump-${side%=*}" tcpdump -q -n -U -Z root -i "${side#*=}" -w "$OUT/${side%=*}.pcap" udp
done
beside tap.json "$PHONEPROXY" tap --config "$config" --filter udp --json --log "$OUT/tap.log" --out "$OUT/tap.pcapng" \
    outside=eth0 inside=eth1
sleep 2

for client in "${CLIENTS[@]}"; do
    for file in "${FILES[@]}"; do
        check "inline: pp-direct downloads $file by $client" downloads "$client" pp-direct "$SERVER" "$file"
    done
done
status=0
fetch curl pp-direct "$SERVER" absent.bin "$OUT/absent" 2>>"$LAB_DIR/log/clients.log" || status=$?
check 'inline: the refusal of a file that is not there arrives' test "$status" -eq 68
sleep 1
box show logging >"$OUT/inline.log"
status=0
end_all || status=$?
check 'the tap and the recorders end on SIGTERM with status 0' test "$status" -eq 0

check 'replay reads what was recorded' "$PHONEPROXY" replay --config "$config" --json --log "$OUT/replay.log" \
    --out "$OUT/replay.pcapng" --interface "outside=$OUT/outside.pcap" --interface "inside=$OUT/inside.pcap"
check 'inline and replay log the same' same_messages "$OUT/inline.log" "$OUT/replay.log"
check 'tap and replay log the same' same_messages "$OUT/tap.log" "$OUT/replay.log"

for driver in replay tap; do
    check "$driver: what would leave outside is what the box sent" same_packets \
        "$OUT/outside.pcap" "ip.src == $SERVER" "$OUT/$driver.pcapng" 'frame.interface_name == "outside"'
    check "$driver: what would leave inside is what the box sent" same_packets \
        "$OUT/inside.pcap" 'ip.dst == 192.0.2.101' "$OUT/$driver.pcapng" 'frame.interface_name == "inside"'
done

rm -f "$config"
lab_test_done
