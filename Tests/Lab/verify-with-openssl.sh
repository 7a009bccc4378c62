#!/usr/bin/env bash
# Verifies a trust list, and files signed under it, with OpenSSL alone: no code of this project reads or checks a byte.
#
# Tests/Lab/verify-with-openssl.sh CTL [FILE.sgn…]   says of each whether its signature is good; ends with 1 if one is not
# Tests/Lab/verify-with-openssl.sh                   as a test: on files that phoneproxy makes afresh
set -euo pipefail

# fields FILE: where the fields of a header and of a list's records are, one line each, all numbers decimal:
#   header DIGEST SIGNATURE-OFFSET SIGNATURE-LENGTH SERIAL ISSUER
#   record FUNCTION KEY-OFFSET KEY-LENGTH CERTIFICATE-OFFSET CERTIFICATE-LENGTH SERIAL ISSUER
# SERIAL and ISSUER are the field's bytes in hexadecimal.
fields() {
    od -An -v -t u1 -w1 "$1" | awk -v name="$1" '
        function u16(offset) { return byte[offset] * 256 + byte[offset + 1] }
        function hexadecimal(offset, length_, text) {
            for (text = ""; length_ > 0; length_--) text = text sprintf("%02x", byte[offset++])
            return text == "" ? "-" : text
        }
        function walk(offset, end, tag) {
            for (split("", start); offset < end && byte[offset] != 13; offset += tag_size(tag)) {
                tag = byte[offset]
                start[tag] = offset + 3
                size[tag] = u16(offset + 1)
            }
        }
        # The fields inside SIGNERID, SIGNATUREINFO and SIGNATUREALGOINFO of a header follow their heads.
        function tag_size(tag) { return !records && (tag == 3 || tag == 7 || tag == 9) ? 3 : 3 + size[tag] }
        { byte[NR - 1] = $1 + 0 }
        END {
            header = u16(8)
            walk(0, header)
            print "header", byte[start[8]], start[12] - 3, size[12], \
                hexadecimal(start[5], size[5]), hexadecimal(start[6], size[6])
            if (name !~ /\.tlv$/) exit
            for (records = 1; header < NR; header = end) {
                end = header + u16(header + 3)
                walk(header, end)
                if (9 in start) print "record", u16(start[4]), start[7], size[7], start[9], size[9], \
                    hexadecimal(start[6], size[6]), hexadecimal(start[5], size[5])
            }
        }'
}

# cut_out FILE OFFSET LENGTH
cut_out() { dd if="$1" iflag=skip_bytes,count_bytes skip="$2" count="$3" status=none; }

# verify FILE LIST FUNCTION…: whether a record of LIST with one of the FUNCTIONs signed FILE.
verify() {
    local file=$1 list=$2 digest offset size serial issuer
    local function_ key key_size certificate certificate_size serial_ issuer_
    shift 2
    read -r _ digest offset size serial issuer < <(fields "$file" | grep ^header)
    while read -r _ function_ key key_size certificate certificate_size serial_ issuer_; do
        [[ " $* " == *" $function_ "* && "$serial_ $issuer_" == "$serial $issuer" ]] || continue
        cut_out "$list" "$key" "$key_size" | openssl rsa -RSAPublicKey_in -inform DER -pubout >"$work/key" 2>/dev/null
        cut_out "$list" "$certificate" "$certificate_size" |
            openssl x509 -inform DER -noout -pubkey >"$work/certified"
        cmp "$work/key" "$work/certified"
        cut_out "$file" $((offset + 3)) "$size" >"$work/signature"
        cut_out "$file" 0 "$offset" >"$work/signed"
        tail -c +$((offset + 3 + size + 1)) "$file" >>"$work/signed"
        openssl dgst "-sha${digests[digest]}" -verify "$work/key" -signature "$work/signature" "$work/signed" \
            2>/dev/null
        return
    done < <(fields "$list" | grep ^record)
    printf 'no record of the list is the signer'\''s\n'
    return 1
}

# verify_all CTL [FILE.sgn…]
verify_all() {
    local list=$1 status=0 file
    printf '%s: ' "$list"
    verify "$list" "$list" 0 || status=1
    for file in "${@:2}"; do
        printf '%s: ' "$file"
        verify "$file" "$list" 2 3 || status=1
    done
    return "$status"
}

digests=('' 1 256 512)
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
if (($# > 0)); then
    verify_all "$@"
    exit
fi

# shellcheck source=tools/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/common.sh"
# shellcheck source=tools/lib/check.sh
source "$REPOSITORY/tools/lib/check.sh"
PHONEPROXY=${PHONEPROXY:-$REPOSITORY/.build/release/phoneproxy}

# make_files DIGEST: a list and two signed files in $work.
make_files() {
    cat >"$work/box.cfg" <<EOF
crypto key generate rsa label cucmtftp_kp modulus 2048
crypto ca trustpoint cucm_tftp_server
 enrollment self
 keypair cucmtftp_kp
crypto ca enroll cucm_tftp_server
ctl-file myctl
 record-entry cucm-tftp trustpoint cucm_tftp_server address 10.10.0.26
 record-entry cucm trustpoint cucm_tftp_server address 10.10.0.27 domain-name example.com
 digest $1
 no shutdown
EOF
    printf '<device>\r\n</device>' >"$work/phone.xml"
    : >"$work/empty.xml"
    "$PHONEPROXY" ctl build --config "$work/box.cfg" --state "$work/state-$1" --out "$work/CTLFile.tlv"
    local name
    for name in phone empty; do
        "$PHONEPROXY" sign "$work/$name.xml" --config "$work/box.cfg" --state "$work/state-$1" \
            --out "$work/$name.xml.sgn"
    done
}

# changed FILE: the file with its last byte changed.
changed() {
    local size
    size=$(stat -c %s "$1")
    cut_out "$1" 0 $((size - 1)) >"$work/changed.${1##*.}"
    cut_out "$1" $((size - 1)) 1 | tr '\000-\377' '\001-\377\000' >>"$work/changed.${1##*.}"
    printf '%s\n' "$work/changed.${1##*.}"
}

for digest in sha1 sha512; do
    check "$digest: a list and two signed files are made" make_files "$digest"
    check "$digest: openssl verifies them" \
        verify_all "$work/CTLFile.tlv" "$work/phone.xml.sgn" "$work/empty.xml.sgn"
    check_not "$digest: a changed list is none" verify_all "$(changed "$work/CTLFile.tlv")"
    check_not "$digest: a changed file is none" verify_all "$work/CTLFile.tlv" "$(changed "$work/phone.xml.sgn")"
done
checks_held
