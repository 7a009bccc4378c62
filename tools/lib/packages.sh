# shellcheck shell=bash
# Every Debian package the project needs, and why: PACKAGE|REASON. Nothing else installs anything.

PACKAGES=(
    # to build
    'pkg-config|finds the C libraries for SwiftPM'
    'libpcap-dev|pcap files, live capture and BPF filters'
    'zlib1g-dev|capture files that are packed with gzip'
    'libssl-dev|keys, certificates and TLS'
    'libsrtp2-dev|rare SRTP profiles and SRTCP, and what our own transform is compared with'
    'libc-ares-dev|names in the configuration files of phones'
    # to run
    'openssl|checks keys and signatures beside our own code'
    'iproute2|namespaces, addresses and routes'
    'nftables|kernel rules of the box'
    'iptables|the queue rule, where the kernel has no nft queue'
    # to try and to test
    'procps|sysctl for the hosts of the lab'
    'iputils-ping|shows that the hosts of the lab reach each other'
    'dnsmasq-base|TFTP server for downloads, without a service of its own'
    'tftpd-hpa|TFTP server that accepts uploads'
    'tftp-hpa|TFTP client: RFC 1350, no options'
    'curl|TFTP client: blksize, tsize and timeout'
    'atftp|TFTP client: windowsize (RFC 7440)'
    'iperf3|traffic that is not inspected'
    'tshark|reads the captures of the box'
    'tcpdump|records beside the box'
    'kamailio|SIP server of the lab: registrar and proxy, UDP and TCP'
    'kamailio-tls-modules|the SIP server as a cluster in mixed mode has it: TLS with a certificate of each phone'
    'baresip-core|softphone without a screen: TLS with a client certificate, SDES-SRTP, audio from and to files'
    'mmdebstrap|unpacks Asterisk out of Debian 11, which Debian 12 has none of'
    'sip-tester|SIPp: scripted SIP on both sides of the box'
    'socat|carries SIPp, which has no TLS here, through TLS'
    'python3|listens to recorded audio: which tone, and is it whole'
    'libwrap0|atftpd needs it'
    'libpcre2-8-0|atftpd needs it'
    'nginx-light|ends TLS beside ours, in a benchmark'
    'libnginx-mod-stream|ends TLS beside ours, in a benchmark'
    'rtpengine-daemon|media relay that ours is measured against'
    'shellcheck|checks the scripts'
)

# Debian lets only one TFTP server be installed: this one is unpacked beside the system, and its service never exists.
ATFTPD_FOLDER=/usr/local/lib/phoneproxy-lab/atftpd
ATFTPD=$ATFTPD_FOLDER/usr/sbin/atftpd

# unpack_atftpd: the TFTP server that answers windowsize (RFC 7440), with uploads.
unpack_atftpd() {
    local folder
    folder=$(mktemp -d)
    # apt fetches as its own user, who must be able to write there.
    chmod 755 "$folder"
    ! id _apt >/dev/null 2>&1 || chown _apt "$folder"
    (cd "$folder" && apt-get download --quiet --quiet atftpd)
    mkdir -p "$ATFTPD_FOLDER"
    dpkg-deb --extract "$folder"/atftpd_*.deb "$ATFTPD_FOLDER"
    rm -r "$folder"
}

# missing_packages: those of PACKAGES that are not installed, one a line.
missing_packages() {
    local entry package
    for entry in "${PACKAGES[@]}"; do
        package=${entry%%|*}
        [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
            printf '%s\n' "$package"
    done
}

# Packages with a service that would listen on the machine's addresses; the lab and the benchmarks start theirs themselves.
SERVICES=(tftpd-hpa kamailio rtpengine-daemon nginx)

# keep_service_off NAME: before its package comes.
keep_service_off() {
    local unit=/etc/systemd/system/$1.service
    [[ -e $unit || -L $unit ]] && return
    mkdir -p "${unit%/*}"
    ln -s /dev/null "$unit"
}

# install_packages PACKAGE…
install_packages() {
    local service
    for service in "${SERVICES[@]}"; do
        # Of nginx there are several packages, nginx-light and others.
        [[ " $* " != *" $service"[\ -]* ]] || keep_service_off "$service"
    done
    export DEBIAN_FRONTEND=noninteractive
    apt-get install --yes --quiet --no-install-recommends "$@" </dev/null
}
