# shellcheck shell=bash
# Real servers in the lab, and the files they serve.

# Which program serves TFTP: dnsmasq (downloads), tftpd-hpa (uploads too), atftpd (uploads and windows, too).
LAB_TFTP_SERVERS=(dnsmasq tftpd-hpa atftpd)
readonly LAB_TFTP_SERVERS
UCM=192.0.2.101

tftp_root() { printf '%s/tftp\n' "$LAB_DIR"; }

# make_tftp_root: files whose sizes stand at the edges of TFTP's blocks, and SHA256SUMS of them all.
make_tftp_root() {
    local root size
    root=$(tftp_root)
    mkdir -p "$root"
    phone_configuration >"$root/SEP001122334455.cnf.xml"
    each_row add_phone "${LAB_PHONES[@]}"
    cp "$REPOSITORY"/tools/lab.d/phones/{DRlab,RINGLIST}.xml "$root"
    for size in 0 511 512 513 100KiB 1MiB; do
        random_file "$root/$size.bin" "$size"
    done
    # More than 65,535 blocks of 512 bytes: the block number starts again.
    random_file "$root/33MiB.bin" 33MiB
    (cd "$root" && sha256sum -- * >"$LAB_DIR/SHA256SUMS")
}

# random_file PATH SIZE: a number of bytes, KiB or MiB.
random_file() { head -c "${2%iB}" /dev/urandom >"$1"; }

# A small phone configuration: the elements that a secure phone's server addresses and security mode are read from.
phone_configuration() {
    cat <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<device>
  <deviceProtocol>SCCP</deviceProtocol>
  <deviceSecurityMode>1</deviceSecurityMode>
  <devicePool>
    <callManagerGroup>
      <members>
        <member priority="0">
          <callManager>
            <ports><ethernetPhonePort>2000</ethernetPhonePort><sipPort>5060</sipPort></ports>
            <processNodeName>192.0.2.101</processNodeName>
          </callManager>
        </member>
      </members>
    </callManagerGroup>
  </devicePool>
</device>
XML
}

# start_service NAME HOST COMMAND…: in the background, with its output in the lab's log folder.
start_service() {
    local name=$1 host=$2
    shift 2
    setsid ip netns exec "$host" "$@" </dev/null >"$LAB_DIR/log/$name.log" 2>&1 {LAB_LOCK}>&- &
    printf '%s\n' "$!" >"$LAB_DIR/$name.pid"
    disown "$!"
}

# end_service NAME: SIGTERM, and returns once it has ended.
end_service() {
    kill -s TERM "$(cat "$LAB_DIR/$1.pid")" 2>/dev/null || true
    wait_until 5 service_ended "$1"
}

service_ended() { [[ ! -e /proc/$(cat "$LAB_DIR/$1.pid") ]]; }

# start_tftp_server NAME: one of LAB_TFTP_SERVERS, on the call server's address.
start_tftp_server() {
    case $1 in
        dnsmasq)
            start_service tftp pp-ucm dnsmasq --no-daemon --conf-file=/dev/null --user=root --port=0 \
                --listen-address="$UCM" --bind-interfaces --enable-tftp --tftp-root="$(tftp_root)"
            ;;
        tftpd-hpa)
            start_service tftp pp-ucm in.tftpd --foreground --address "$UCM:69" --user root --secure --create \
                --permissive "$(tftp_root)"
            ;;
        atftpd)
            start_service tftp pp-ucm "$ATFTPD" --daemon --no-fork --user root --group root --bind-address "$UCM" \
                --port 69 "$(tftp_root)"
            ;;
        *) die "no TFTP server '$1': ${LAB_TFTP_SERVERS[*]}" ;;
    esac
    wait_until 5 tftp_listens || die "the TFTP server does not start: $(tail -n 3 "$LAB_DIR/log/tftp.log")"
}

tftp_listens() { ip netns exec pp-ucm ss -Hlun "src $UCM and sport = 69" | grep . >/dev/null; }

# start_name_server: DNS for the box, on the call server; it knows one name and asks nobody else.
start_name_server() {
    start_service dns pp-ucm dnsmasq --no-daemon --conf-file=/dev/null --user=root --no-resolv --no-hosts \
        --listen-address="$UCM" --bind-interfaces --address="/ucm.lab.example/$UCM"
    wait_until 5 name_server_listens || die "the name server does not start: $(tail -n 3 "$LAB_DIR/log/dns.log")"
}

name_server_listens() { ip netns exec pp-ucm ss -Hlun "src $UCM and sport = 53" | grep . >/dev/null; }
