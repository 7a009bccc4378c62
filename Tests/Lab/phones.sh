#!/usr/bin/env bash
# Three phones boot through the phone proxy, from a public address and behind a home router: everything is signed and
# verified, what has to change in their files changes, and nothing else does.
set -euo pipefail
# shellcheck source=tools/lib/lab-test.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/lab-test.sh"

# expected_edits MODEL: what has to change in tools/lab.d/phones, as diff tells it.
expected_edits() {
    case $1 in
        7970-sccp) cat <<'EDITS' ;;
< <name>192.0.2.101</name>
> <name>10.10.0.26</name>
< <processNodeName>192.0.2.101</processNodeName>
> <processNodeName>10.10.0.26</processNodeName>
< <disableSpeaker>false</disableSpeaker><pcPort>0</pcPort><settingsAccess>1</settingsAccess><garp>1</garp><voiceVlanAccess>0</voiceVlanAccess><webAccess>0</webAccess><spanToPCPort>1</spanToPCPort><sshAccess>1</sshAccess></vendorConfig>
> <disableSpeaker>false</disableSpeaker><pcPort>1</pcPort><settingsAccess>1</settingsAccess><garp>1</garp><voiceVlanAccess>1</voiceVlanAccess><webAccess>1</webAccess><spanToPCPort>1</spanToPCPort><sshAccess>1</sshAccess></vendorConfig>
< <deviceSecurityMode>1</deviceSecurityMode>
> <deviceSecurityMode>3</deviceSecurityMode>
EDITS
        7961-sip) cat <<'EDITS' ;;
< <processNodeName>ucm.lab.example</processNodeName>^M
> <processNodeName>10.10.0.26</processNodeName>^M
< <garp>0</garp>^M
< <voiceVlanAccess>0</voiceVlanAccess>^M
< <webAccess>2</webAccess>^M
> <garp>1</garp>^M
> <voiceVlanAccess>1</voiceVlanAccess>^M
> <webAccess>1</webAccess>^M
> <spanToPCPort>1</spanToPCPort>^M
< <deviceSecurityMode>1</deviceSecurityMode>^M
> <deviceSecurityMode>3</deviceSecurityMode>^M
< <transportLayerProtocol>4</transportLayerProtocol>^M
> <transportLayerProtocol>3</transportLayerProtocol>^M
< <certHash>00112233445566778899aabbccddeeff</certHash>^M
> <certHash></certHash>^M
EDITS
        7960-sccp) cat <<'EDITS' ;;
< <processNodeName>CCM4PUB</processNodeName>
> <processNodeName>10.10.0.26</processNodeName>
<  <disableSpeaker>false</disableSpeaker><forwardingDelay>1</forwardingDelay><pcPort>0</pcPort><garp>0</garp><voiceVlanAccess>0</voiceVlanAccess><videoCapability>0</videoCapability><settingsAccess>1</settingsAccess><webAccess>0</webAccess></vendorConfig>
>  <disableSpeaker>false</disableSpeaker><forwardingDelay>1</forwardingDelay><pcPort>1</pcPort><garp>1</garp><voiceVlanAccess>1</voiceVlanAccess><videoCapability>0</videoCapability><settingsAccess>1</settingsAccess><webAccess>1</webAccess><spanToPCPort>1</spanToPCPort></vendorConfig>
> <deviceSecurityMode>3</deviceSecurityMode>
< <processNodeName>CCM4PUB</processNodeName>
> <processNodeName>10.10.0.26</processNodeName>
EDITS
    esac
}

# same_as_on_server HOST DEVICE FILE: a file that is only signed arrives unchanged.
same_as_on_server() { cmp "$(tftp_root)/$3" "$(received "$1" "$2" "$3")"; }

# listed_with_port_0 DEVICE ADDRESS: in the secure-phone database.
listed_with_port_0() {
    secure_phones_table | grep -E "outside +${2//./\\.} +0 +$(cisco_mac "$1") "
}

phone_address() { if [[ $1 == pp-direct ]]; then echo 69.181.112.219; else echo 98.208.49.30; fi; }

# boots_and_gets_its_files HOST DEVICE MODEL
boots_and_gets_its_files() {
    local host=$1 device=$2 model=$3 list
    check "$host: $device ($model) boots, all files verified" boots "$host" "$device" "$model" --files RINGLIST.xml
    check "$host: $device: its configuration has these edits, and no other byte changed" \
        same_text "$(expected_edits "$model")" "$(edits "$host" "$device" "$model")"
    check "$host: $device: the ring list is the server's" same_as_on_server "$host" "$device" RINGLIST.xml
    list=$(received "$host" "$device" "CTL$device.tlv")
    check "$host: $device: openssl alone verifies the trust list and the signed files" \
        "$REPOSITORY/Tests/Lab/verify-with-openssl.sh" "$list" \
        "$(received "$host" "$device" "$device.cnf.xml.sgn")" "$(received "$host" "$device" RINGLIST.xml.sgn)"
    check "$host: $device is a secure phone, port 0" listed_with_port_0 "$device" "$(phone_address "$host")"
}

lab_up
box_start "$PHONE_PROXY_CONFIG"
each_row boots_and_gets_its_files "${LAB_PHONES[@]}"
check "the SIP phones' dial rules are the server's" \
    same_as_on_server pp-direct SEP001DA2010061 DRlab.xml

list=$(received pp-direct SEP001DA2010070 CTLSEP001DA2010070.tlv)
cp "$list" "$LAB_DIR/out/before.tlv"
check 'the box ends' box_stop
box_start "$PHONE_PROXY_CONFIG"
check 'started again, it serves a phone that remembers its list' boots pp-direct SEP001DA2010070 7970-sccp
check 'the list is the same, byte by byte' cmp "$LAB_DIR/out/before.tlv" "$list"

lab_test_done
