#!/usr/bin/env bash
# The box is lost, and a new one takes its place: with the old one's SAST keys, phones accept its trust list as they would an
# update; without them they refuse it.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

SASTS=(_internal_myctl_SAST_0 _internal_myctl_SAST_1)
DEVICE=SEP001DA2010070
MODEL=7970-sccp
OTHER_DEVICE=SEP001DA2010061
OTHER_MODEL=7961-sip

phoneproxy() { "$PHONEPROXY" "$@"; }

# Exports are kept off the box, and the passphrase apart from them.
safe() { printf '%s/safe/%s\n' "$LAB_DIR" "$1"; }

export_sasts() {
    local name
    for name in "${SASTS[@]}"; do
        phoneproxy crypto ca export "$name" --state "$LAB_DIR/state" --pkcs12 "$(safe passphrase)" \
            >"$(safe "$name.p12")" || return 1
    done
}

# openssl_reads NAME: what was exported is PKCS #12 for any program, and its key is the certificate's.
openssl_reads() {
    local file
    file=$(safe "$1.der")
    sed '/^Exported/d; /^-----/d' "$(safe "$1.p12")" | base64 -d >"$file"
    openssl pkcs12 -in "$file" -passin "file:$(safe passphrase)" -nodes -out "$file.pem" &&
        same_text "$(openssl x509 -in "$file.pem" -noout -pubkey)" "$(openssl pkey -in "$file.pem" -pubout)"
}

# import_sast NAME PASSPHRASE_FILE: into the state directory of the box to be.
import_sast() {
    phoneproxy crypto ca import "$1" "$(safe "$1.p12")" --state "$LAB_DIR/state" --pkcs12 "$2"
}

# another_box NAME…: the box is gone with all its state, and there is one with these SASTs only.
another_box() {
    local name
    check 'the box ends, and its state is lost' box_stop
    rm -rf "$LAB_DIR/state"
    for name in "$@"; do
        check "$name is imported" import_sast "$name" "$(safe passphrase)"
    done
    box_start "$PHONE_PROXY_CONFIG"
}

# The list that the phone has installed.
installed() { printf '%s/%s.tlv\n' "$(phone_state pp-direct)" "$1"; }
# The list that the box gives out, as ctl build has it.
current() {
    phoneproxy ctl build --config "$PHONE_PROXY_CONFIG" --state "$LAB_DIR/state" --out "$LAB_DIR/out/current.tlv"
}

# boots_with STATE DEVICE MODEL: the phone boots, and its trust list is installed, updated or unchanged.
boots_with() {
    local report
    report=$(boots pp-direct "${@:2}") || { printf '%s\n' "$report" && return 1; }
    printf '%s\n' "$report"
    [[ $report == *"\"trustList\":\"$1\""* ]]
}

verifies() {
    current && phoneproxy ctl verify "$LAB_DIR/out/current.tlv" --installed "$(installed "$1")" \
        --filename "CTL$1.tlv"
}

# rejects REASON COMMAND…: the command fails, and says so.
rejects() {
    local said
    if said=$("${@:2}" 2>&1); then
        printf 'it did not fail: %s\n' "$said"
        return 1
    fi
    printf '%s\n' "$said"
    [[ $said == *"$1"* ]]
}

lab_up
mkdir -m 700 "$LAB_DIR/safe"
(umask 077 && printf 'a passphrase of the lab\n' >"$(safe passphrase)" && printf 'another\n' >"$(safe wrong)")

box_start "$PHONE_PROXY_CONFIG"
check 'a phone installs the list' boots_with installed "$DEVICE" "$MODEL"
check 'so does another' boots_with installed "$OTHER_DEVICE" "$OTHER_MODEL"
check 'the SAST keys are exported' export_sasts
for name in "${SASTS[@]}"; do
    check "openssl reads $name" openssl_reads "$name"
done

say '-- a new box without the SAST keys'
another_box
check 'the phone refuses its list' fails_to_boot 'CTL update failed' pp-direct "$DEVICE" "$MODEL"
check 'ctl verify says why' \
    rejects 'rejected: the signer is not a SAST of the installed list' verifies "$DEVICE"
check 'it is too late to import: the box has made SASTs of its own' \
    rejects 'has another certificate already' import_sast "${SASTS[0]}" "$(safe passphrase)"

say '-- a new box with them'
check 'a wrong passphrase imports nothing' rejects 'passphrase' import_sast "${SASTS[0]}" "$(safe wrong)"
another_box "${SASTS[@]}"
check 'ctl verify says that the phone will accept the list' verifies "$DEVICE"
check 'the phone does, and boots' boots_with updated "$DEVICE" "$MODEL"
check 'a second time, nothing is new to it' boots_with unchanged "$DEVICE" "$MODEL"

say '-- a new box with the spare SAST alone'
another_box "${SASTS[1]}"
check 'a phone that has the first list accepts it' boots_with updated "$OTHER_DEVICE" "$OTHER_MODEL"
check 'and one that has the second' boots_with updated "$DEVICE" "$MODEL"

lab_test_done
