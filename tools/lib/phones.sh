# shellcheck shell=bash
# Phones in the lab: what they boot with, and what they got.

# Another program may stand in for the release build.
LABPHONE=${LABPHONE:-$REPOSITORY/.build/release/labphone}

# DEVICE MODEL: the phones whose files are in tools/lab.d/phones.
LAB_PHONES=(
    'SEP001DA2010070 7970-sccp'
    'SEP001DA2010061 7961-sip'
    'SEP0007EB010060 7960-sccp'
)
readonly LAB_PHONES

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

# boots HOST DEVICE MODEL OPTION…: one phone boots, and everything it got is verified and as it needs it: its first line
# is looked at, and printed for whoever has to find out why not.
boots() {
    local report
    report=$(boot "$1" --mac "$2" --model "$3" "${@:4}") || { printf '%s\n' "$report" && return 1; }
    printf '%s\n' "$report"
    [[ $report == *'"outcome":"booted"'* && $report != *'"verified":false'* && $report != *'"verified":null'* &&
        $report == *'"listed":true'* && $report != *'"listed":false'* && $report == *'"securityMode":"3"'* ]]
}

# fails_to_boot OUTCOME HOST DEVICE MODEL OPTION…: the phone ends with this outcome.
fails_to_boot() {
    local outcome=$1 report
    shift
    ! report=$(boot "$1" --mac "$2" --model "$3" "${@:4}") || { printf 'it booted: %s\n' "$report" && return 1; }
    printf '%s\n' "$report"
    [[ $report == *"\"outcome\":\"$outcome\""* ]]
}

# edits FILE HOST DEVICE: the lines of a phone's file that are not as on the server, in diff's notation; carriage returns
# and all that is not ASCII as cat -v shows them.
edits() {
    diff "$(tftp_root)/$1" "$(phone_files "$2")/$3/$1" | grep -E '^[<>\\]' | cat -v
}

# logged PATTERN: a line of the box's log buffer matches the extended regular expression.
logged() { shows "$1" logging; }

# secure_phones: the secure-phone database, without its heading: INTERFACE ADDRESS PORT MAC TIMEOUT IDLE.
secure_phones() { box show phone-proxy secure-phones | grep -E '[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}'; }

# cisco_mac DEVICE: SEP001DA2010070 as 001d.a201.0070.
cisco_mac() {
    local mac=${1#SEP}
    mac=${mac,,}
    printf '%s.%s.%s\n' "${mac:0:4}" "${mac:4:4}" "${mac:8:4}"
}
