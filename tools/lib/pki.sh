# shellcheck shell=bash
# Stand-ins for the manufacturer's certificates: an authority that is called as Cisco's, and phone certificates as it
# would make them, good and bad. Made when first asked for; RSA with 2048 bits and SHA-256.

pki_folder() { printf '%s/pki\n' "$LAB_DIR"; }

MANUFACTURER='/O=Cisco Systems/CN=Cisco Manufacturing CA'

# authority [NAME]: the path of an authority's certificate in PEM. "manufacturer" signs the phones' certificates, "server" those
# of servers; any other name is an authority that nobody was told to trust, though it calls itself as the manufacturer.
authority() {
    local name=${1:-manufacturer} folder subject=$MANUFACTURER
    folder=$(pki_folder)
    [[ $name != server ]] || subject='/O=Example/CN=Servers CA'
    if [[ ! -f $folder/$name-ca.pem ]]; then
        (umask 077 && mkdir -p "$folder")
        run_openssl req -x509 -newkey rsa:2048 -nodes -keyout "$folder/$name-ca.key" -out "$folder/$name-ca.new" \
            -days 3650 -subj "$subject" -addext 'keyUsage=critical,keyCertSign,cRLSign'
        mv "$folder/$name-ca.new" "$folder/$name-ca.pem"
    fi
    printf '%s\n' "$folder/$name-ca.pem"
}

# authority_key: the path of the manufacturer's private key.
authority_key() {
    authority >/dev/null
    printf '%s/manufacturer-ca.key\n' "$(pki_folder)"
}

# phone_certificate DEVICE [VALIDITY [AUTHORITY]]: the path of a PEM file with key and certificate, whose subject is that of
# the phone DEVICE: SEP and a MAC address. VALIDITY: "valid" (a year), "expired" (ended yesterday) or "future".
phone_certificate() {
    local device=$1 validity=${2:-valid} name=${3:-manufacturer} folder path from until
    folder=$(pki_folder)
    path=$folder/$device-$validity-$name.pem
    if [[ ! -f $path ]]; then
        authority "$name" >/dev/null
        case $validity in
            valid) from=yesterday until='+365 days' ;;
            expired) from='-400 days' until=yesterday ;;
            future) from='+10 days' until='+375 days' ;;
            *) die "no validity '$validity'" ;;
        esac
        sign_phone_certificate "$device" "$from" "$until" "$folder/$name-ca" "$path"
    fi
    printf '%s\n' "$path"
}

# sign_phone_certificate DEVICE FROM UNTIL AUTHORITY_STEM PATH
sign_phone_certificate() {
    local stem=$5.work
    mkdir -p "$stem"
    : >"$stem/index"
    run_openssl req -new -newkey rsa:2048 -nodes -keyout "$stem/key" -out "$stem/request" \
        -subj "/O=Cisco Systems Inc./OU=EVVBU/CN=CP-7962G-$1"
    cat >"$stem/configuration" <<CONFIGURATION
[ca]
default_ca = phones
[phones]
database = $stem/index
new_certs_dir = $stem
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
x509_extensions = phone
[any]
organizationName = optional
organizationalUnitName = optional
commonName = supplied
[phone]
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth,clientAuth,ipsecEndSystem
CONFIGURATION
    run_openssl ca -batch -notext -config "$stem/configuration" -cert "$4.pem" -keyfile "$4.key" \
        -startdate "$(certificate_date "$2")" -enddate "$(certificate_date "$3")" \
        -in "$stem/request" -out "$stem/certificate"
    cat "$stem/key" "$stem/certificate" >"$5.new"
    mv "$5.new" "$5"
    rm -r "$stem"
}

certificate_date() { date --utc --date="$1" +%y%m%d%H%M%SZ; }

# server_certificate NAME [AUTHORITY]: a PEM file with key and certificate for a TLS server: the call server, or one that
# stands in for the box. The authority "server" signs it, or another.
server_certificate() {
    local name=${2:-server} folder path
    folder=$(pki_folder)
    path=$folder/$name-$1.pem
    if [[ ! -f $path ]]; then
        authority "$name" >/dev/null
        run_openssl req -x509 -newkey rsa:2048 -nodes -keyout "$path.key" -out "$path.certificate" -days 365 \
            -CA "$folder/$name-ca.pem" -CAkey "$folder/$name-ca.key" -subj "/CN=$1" \
            -addext 'basicConstraints=CA:FALSE'
        cat "$path.key" "$path.certificate" >"$path"
        rm "$path.key" "$path.certificate"
    fi
    printf '%s\n' "$path"
}

# run_openssl WORDS…: what it says goes into the folder's log.
run_openssl() { openssl "$@" 2>>"$(pki_folder)/log" || die "openssl $1: $(tail -n 3 "$(pki_folder)/log")"; }

# tls_stand_in: TLS on the box's address, port 5061, for clients with a certificate of the manufacturer's; what comes out of it
# goes to the call server as it is. It shows that both sides are right before the box comes in between.
tls_stand_in() {
    start_service stand-in pp-box socat "OPENSSL-LISTEN:5061,bind=10.10.0.24,reuseaddr,fork,nodelay,\
cert=$(server_certificate box),cafile=$(authority),verify=1" "TCP:$UCM:5060,nodelay"
    wait_until 5 stand_in_listens
}

stand_in_listens() { in_host pp-box ss -Hlnt 'sport = 5061' | grep .; }

# authority_configuration TRUSTPOINT [NAME]: the commands that have the box trust an authority, its certificate pasted.
authority_configuration() {
    printf 'crypto ca trustpoint %s\n enrollment terminal\ncrypto ca authenticate %s\n' "$1" "$1"
    cat "$(authority "${2:-manufacturer}")"
    printf 'quit\n'
}

# phone_proxy_configuration: the path of the phone proxy's configuration, with the phones' manufacturer imported.
phone_proxy_configuration() {
    local path=$LAB_DIR/phone-proxy.cfg
    { cat "$PHONE_PROXY_CONFIG" && authority_configuration Cisco_Manufacturing_CA; } >"$path"
    printf '%s\n' "$path"
}

# mixed_mode_configuration: the same for a cluster in mixed mode, whose call server has a certificate of the authority
# "server". The box stands in for each phone with a certificate that ldc_server signs.
mixed_mode_configuration() {
    local path=$LAB_DIR/mixed-mode.cfg
    {
        printf 'crypto key generate rsa label %s modulus 2048\n' ldc_signer_key phone_common
        cat <<CONFIGURATION
crypto ca trustpoint ldc_server
 enrollment self
 proxy-ldc-issuer
 fqdn my-ldc-ca.example.com
 subject-name cn=FW_LDC_SIGNER_172_23_45_200
 keypair ldc_signer_key
crypto ca enroll ldc_server
CONFIGURATION
        sed -e 's/^ server trust-point .*/&\n client ldc issuer ldc_server\n client ldc key-pair phone_common/' \
            -e 's/^ ctl-file myctl/&\n cluster-mode mixed/' "$(phone_proxy_configuration)"
        authority_configuration CallManager server
    } >"$path"
    printf '%s\n' "$path"
}
