# shellcheck shell=bash
# Phones in the lab: what they boot with, and what they got.

# Another program may stand in for the release build.
LABPHONE=${LABPHONE:-$REPOSITORY/.build/release/labphone}

# HOST DEVICE MODEL: each has a copy of its model's file in tools/lab.d/phones.
LAB_PHONES=(
    'pp-direct SEP001DA2010070 7970-sccp'
    'pp-direct SEP001DA2010061 7961-sip'
    'pp-direct SEP0007EB010060 7960-sccp'
    'pp-phone  SEP001DA2020070 7970-sccp'
    'pp-phone  SEP001DA2020061 7961-sip'
    'pp-phone  SEP0007EB020060 7960-sccp'
)
readonly LAB_PHONES

# model_file MODEL: a phone's file as the call server has it.
model_file() { printf '%s/tools/lab.d/phones/%s.cnf.xml\n' "$REPOSITORY" "$1"; }

# add_phone HOST DEVICE MODEL: the call server has its file.
add_phone() { cp "$(model_file "$3")" "$(tftp_root)/$2.cnf.xml"; }

# The TFTP server as remote phones know it.
GLOBAL_TFTP=10.10.0.26

# Each host's phones remember their trust lists here, and what they got is kept beside.
phone_state() { printf '%s/phones/%s/state\n' "$LAB_DIR" "$1"; }
phone_files() { printf '%s/phones/%s/files\n' "$LAB_DIR" "$1"; }

# boot HOST LABPHONE_OPTION…: phones boot in this host; one JSON object a phone. Succeeds when all booted.
boot() {
    local host=$1
    shift
    in_host "$host" "$LABPHONE" boot --server "$GLOBAL_TFTP" --json --timeout "$TRANSFER_SECONDS" \
        --state "$(phone_state "$host")" --save "$(phone_files "$host")" "$@" | tee -a "$LAB_DIR/log/phones.json"
}

# boots HOST DEVICE MODEL OPTION…: one phone boots, and everything it got is verified and as it needs it. Its report is
# printed for whoever has to find out why not.
boots() {
    local report
    report=$(boot "$1" --mac "$2" --model "$3" "${@:4}") || { printf '%s\n' "$report" && return 1; }
    printf '%s\n' "$report"
    [[ $report == *'"outcome":"booted"'* && $report != *'"verified":false'* && $report != *'"verified":null'* &&
        $report == *'"listed":true'* && $report != *'"listed":false'* && $report == *'"securityMode":"3"'* ]]
}

# fails_to_boot OUTCOME HOST DEVICE MODEL OPTION…: the phone ends with this outcome, an extended regular expression.
fails_to_boot() {
    local outcome=$1 report
    shift
    ! report=$(boot "$1" --mac "$2" --model "$3" "${@:4}") || { printf 'it booted: %s\n' "$report" && return 1; }
    printf '%s\n' "$report"
    grep -qE "\"outcome\":\"$outcome\"" <<<"$report"
}

# edits HOST DEVICE MODEL: the lines of a phone's configuration that are not as on the server, in diff's notation, with
# carriage returns and all that is not ASCII as cat -v shows them. What is not among them is the same, byte by byte.
edits() {
    diff --text "$(model_file "$3")" "$(phone_files "$1")/$2/$2.cnf.xml" | grep -E '^[<>\\]' | cat -v
}

# received HOST DEVICE FILE: where the file is that the phone got.
received() { printf '%s/%s/%s\n' "$(phone_files "$1")" "$2" "$3"; }

# while_deaf HOST COMMAND…: while nothing of what the box sends reaches a program in this host, nor is refused there.
while_deaf() {
    local host=$1 status=0
    in_host "$host" nft -f - <<NFT
table inet deaf {
    chain input {
        type filter hook input priority filter; policy accept;
        ip saddr $GLOBAL_TFTP drop
    }
}
NFT
    "${@:2}" || status=$?
    in_host "$host" nft delete table inet deaf
    return "$status"
}

# logged PATTERN: a line of the box's log buffer matches the extended regular expression.
logged() { shows "$1" logging; }

# counter KEY: one of show phone-proxy's, by its key in JSON.
counter() { box show phone-proxy --json | sed -nE "s/.*\"$1\": ([0-9]+).*/\1/p"; }

counter_is_not() { [[ $(counter "$2") -ne $1 ]]; }

# counts KEY COMMAND…: the command succeeds, and the counter has grown meanwhile.
counts() {
    local key=$1 before after
    shift
    before=$(counter "$key")
    "$@" || return 1
    after=$(counter "$key")
    printf '%s: %s before, %s after\n' "$key" "$before" "$after"
    ((after > before))
}

# secure_phones_table: the secure-phone database, without its heading: INTERFACE ADDRESS PORT MAC TIMEOUT IDLE.
secure_phones_table() { box show phone-proxy secure-phones | grep -E '[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}'; }

# cisco_mac DEVICE: SEP001DA2010070 as 001d.a201.0070.
cisco_mac() {
    local mac=${1#SEP}
    mac=${mac,,}
    printf '%s.%s.%s\n' "${mac:0:4}" "${mac:4:4}" "${mac:8:4}"
}
