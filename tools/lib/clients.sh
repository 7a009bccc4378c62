# shellcheck shell=bash
# Real TFTP clients in a lab host. A client is written CLIENT[:BLKSIZE[:WINDOWSIZE]]:
# tftp-hpa sends no options, curl can ask for a blksize (RFC 2348), atftp for a windowsize too (RFC 7440).

TRANSFER_SECONDS=${TRANSFER_SECONDS:-30}

# fetch CLIENT HOST SERVER[:PORT] FILE OUT: bounded in time; whether the file came is what same_content says,
# since not every client's exit status does.
fetch() { transfer get "$@"; }

# put CLIENT HOST SERVER[:PORT] FILE LOCAL: the same, as a write request.
put() { transfer put "$@"; }

transfer() {
    local direction=$1 client=$2 host=$3 server=$4 file=$5 here=$6 program blksize windowsize port=69
    IFS=: read -r program blksize windowsize <<<"$client"
    [[ $server != *:* ]] || port=${server#*:}
    [[ $direction == put ]] || rm -f "$here"
    case $program in
        tftp-hpa) transfer_tftp_hpa ;;
        curl) transfer_curl ;;
        atftp) transfer_atftp ;;
        *) die "no TFTP client '$program'" ;;
    esac
}

# The three below see transfer's variables.
transfer_tftp_hpa() {
    local -a names=("$file" "$here")
    [[ $direction == get ]] || names=("$here" "$file")
    in_host "$host" timeout "$TRANSFER_SECONDS" \
        tftp -m binary "${server%:*}" "$port" -c "$direction" "${names[@]}"
}

transfer_curl() {
    local -a options=(--silent --show-error --max-time "$TRANSFER_SECONDS")
    if [[ -n $blksize ]]; then options+=(--tftp-blksize "$blksize"); else options+=(--tftp-no-options); fi
    if [[ $direction == get ]]; then options+=(--output "$here"); else options+=(--upload-file "$here"); fi
    in_host "$host" curl "${options[@]}" "tftp://${server%:*}:$port/$file"
}

transfer_atftp() {
    local -a options=(--option 'timeout 1')
    [[ -z $blksize ]] || options+=(--option "blksize $blksize")
    [[ -z $windowsize ]] || options+=(--option "windowsize $windowsize")
    in_host "$host" timeout "$TRANSFER_SECONDS" atftp "${options[@]}" "--$direction" \
        --remote-file "$file" --local-file "$here" "${server%:*}" "$port"
}

# same_content FILE LOCAL: LOCAL is, by SHA-256, what the server holds under FILE.
same_content() {
    local expected
    expected=$(sed -n "s/  $1\$//p" "$LAB_DIR/SHA256SUMS")
    [[ -n $expected && -f $2 && $(sha256sum <"$2") == "$expected  -" ]]
}

# downloads CLIENT HOST SERVER[:PORT] FILE: fetches, and succeeds when the content is right.
downloads() {
    local out="$LAB_DIR/out/$2-$1-$4"
    fetch "$1" "$2" "$3" "$4" "$out" >>"$LAB_DIR/log/clients.log" 2>&1 || true
    same_content "$4" "$out"
}

# uploads CLIENT HOST SERVER FILE: sends a file of the server's under a new name; succeeds when the server has it whole.
uploads() {
    local source name
    source="$(tftp_root)/$4"
    name="up-$2-$1-$4"
    put "$1" "$2" "$3" "$name" "$source" >>"$LAB_DIR/log/clients.log" 2>&1 || true
    # A server writes the last block after it has confirmed it.
    wait_until 3 cmp --silent "$source" "$(tftp_root)/$name"
}
