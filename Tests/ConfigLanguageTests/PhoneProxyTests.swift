import Testing

@testable import ConfigLanguage

@Suite("Phone proxy commands")
struct PhoneProxyTests {
    /// A mixed-mode cluster with a server for TFTP and one for calls, and LSC provisioning.
    static let mixedMode =
        twoInterfaces + """
            object network tftp
             host 192.0.2.101
             nat (inside,outside) static interface service udp 69 69
            object network ucm
             host 192.0.2.105
             nat (inside,outside) static 10.10.0.26
            access-list pp extended permit udp any host 10.10.0.24 eq 69
            access-list pp extended permit tcp any host 10.10.0.26 eq 3804
            access-group pp in interface outside
            crypto key generate rsa label cluster modulus 2048
            crypto ca trustpoint cucm
             enrollment self
             serial-number
             keypair cluster
            crypto ca enroll cucm
            crypto ca trustpoint tftp_server
             enrollment self
             fqdn tftp.example.com
             keypair cluster
            crypto ca enroll tftp_server
            crypto ca trustpoint capf
             enrollment terminal
             revocation-check none
             crl configure
            crypto ca authenticate capf
            ctl-file ctl
             record-entry cucm trustpoint cucm address 10.10.0.26
             record-entry tftp trustpoint tftp_server address 10.10.0.24 domain-name example.com
             record-entry capf trustpoint capf address 10.10.0.26
             sast 3
             cluster-ctl-file disk0:/old.tlv
             no shutdown
            crypto ca trustpoint ldc
             enrollment self
             proxy-ldc-issuer
             subject-name cn=LDC signer, o=Example
             keypair cluster
            tls-proxy proxy
             server trust-point _internal_PP_ctl
             client ldc issuer ldc
             client ldc key-pair cluster
             client cipher-suite aes128-sha1 aes256-sha1
             no server authenticate-client
            tls-proxy maximum-session 500
            media-termination mt
             address 192.0.2.25 interface inside
             address 10.10.0.25 interface outside
             rtp-min-port 2001 rtp-max-port 32770
            phone-proxy pp
             media-termination mt
             tftp-server address 192.0.2.101 69 interface inside
             tls-proxy proxy
             ctl-file ctl
             cluster-mode mixed
             proxy-server address 192.0.2.30 8080 interface inside
             cipc security-mode authenticated
             no disable service-settings
             timeout secure-phones 0:10:00
            class-map sec_sccp
             match port tcp eq 2443
            class-map sec_sip
             match port tcp eq 5061
            class-map tftp
             match access-list pp
            policy-map pp_policy
             class sec_sccp
              inspect skinny phone-proxy pp
             class sec_sip
              inspect sip phone-proxy pp
             class tftp
              police output 192000 24000 conform-action transmit exceed-action drop
            service-policy pp_policy interface outside
            ssl encryption rc4-sha1 aes128-sha1 aes256-sha1 3des-sha1 null-sha1
            dns domain-lookup inside
            dns name-server 192.0.2.53 192.0.2.54
            dns server-group DefaultDNS
             domain-name example.com
             retries 3
            icmp deny any outside
            icmp permit 192.0.2.0 255.255.255.0 echo inside
            logging host inside 192.0.2.99

            """

    @Test func aWholeConfigurationHasNoErrorsAndSaysWhatIsNotInForce() {
        let result = read(Self.mixedMode)
        #expect(result.isValid && !result.isInForce)
        #expect(result.messages(.error).isEmpty)
        #expect(result.messages(.notInForce) == ["police"])
        let pending = ["logging host"].map { "read and checked; not acted upon yet: \($0)" }
        #expect(
            Set(result.messages(.warning)).subtracting(pending) == [
                "no certificate stands here: it must be in the state directory "
                    + "(phoneproxy crypto ca authenticate capf FILE)",
                "with 'null-sha1' data is NOT encrypted",
                "phones are NOT authenticated: whoever reaches the secure ports may register as any phone, and have its "
                    + "calls",
            ])
        #expect(Set(pending).isSubset(of: result.messages(.warning)))
        let inspections = result.configuration.policyMaps["pp_policy"]?.classes.flatMap(\.inspections)
        #expect(inspections?.map(\.phoneProxy) == ["pp", "pp"])
    }

    @Test func aPhoneProxyIsWhatStandsUnderIt() throws {
        let proxy = try #require(valid(Self.mixedMode).phoneProxy)
        var expected = PhoneProxyDefinition(name: "pp")
        expected.mediaTermination = "mt"
        expected.tftpServers = [.init(address: address("192.0.2.101"), interface: "inside")]
        expected.tlsProxy = "proxy"
        expected.ctlFile = "ctl"
        expected.clusterMode = .mixed
        expected.proxyServer = .init(address: address("192.0.2.30"), port: 8080, interface: "inside")
        expected.authenticatesCIPC = true
        expected.disablesServiceSettings = false
        expected.securePhoneTimeout = 600
        #expect(proxy == expected)
    }

    /// One line under `phone-proxy pp`, and what it changes.
    @Test(arguments: [
        ("tftp-server address 192.0.2.9 6969 interface inside", "tftp"),
        ("tftp-server addr 192.0.2.9 6969 int inside", "tftp"),
        ("proxy-server address 192.0.2.30 interface inside", "proxy"),
        ("proxy-server 192.0.2.30 interface inside", "proxy"),
        ("proxy-server 192.0.2.30 8080 interface inside", "proxy"),
        ("cipc security-mode authenticated", "cipc"),
        ("cipc sec auth", "cipc"),
        ("no disable service-settings", "settings"),
        ("timeout secure-phones 1:02:03", "timeout"),
        ("time sec 1:02:03", "timeout"),
        ("media-termination address 10.10.0.25 interface outside", "media"),
        ("rtp-min-port 1024 rtp-max-port 65535", "ports"),
        ("rtp-min-port 1024 rtp-maxport 65535", "ports"),
        ("cluster-mode nonsecure", "nothing"),
        ("secure-phones require-file-request", "request"),
    ])
    func aSettingFillsTheModel(line: String, what: String) {
        var expected = PhoneProxyDefinition(name: "pp")
        expected.tftpServers = [.init(address: address("192.0.2.101"), interface: "inside")]
        switch what {
        case "tftp": expected.tftpServers.append(.init(address: address("192.0.2.9"), port: 6969, interface: "inside"))
        case "proxy": expected.proxyServer = .init(address: address("192.0.2.30"), interface: "inside")
        case "cipc": expected.authenticatesCIPC = true
        case "settings": expected.disablesServiceSettings = false
        case "timeout": expected.securePhoneTimeout = 3723
        case "media":
            expected.mediaTerminationAddresses = [.init(address: address("10.10.0.25"), interface: "outside")]
        case "request": expected.requiresFileRequest = true
        case "ports": expected.rtpPorts = 1024...65535
        default: break
        }
        let start = twoInterfaces + "phone-proxy pp\n tftp-server address 192.0.2.101 interface inside\n "
        #expect(valid(start + line).phoneProxy == expected)
    }

    /// Slips of Cisco's own listings, each in the place of what is meant.
    @Test(arguments: [
        ("crypto key generate rsa label", "crypto ca generate rsa label", 0),
        ("proxy-ldc-issuer", "proxy_ldc_issuer", 0),
        ("client ldc key-pair", "client ldc keypair", 0),
        ("match port tcp eq 2443", "match port tcp 2443", 0),
        ("rtp-max-port", "rtp-maxport", 0),
        ("maximum-session", "maximum-sessions", 0),
        ("proxy-server address", "proxy-server", 0),
        (" tls-proxy proxy\n", " tls-proxy mytls\n", 1),
        ("trustpoint cucm address", "trustpoint cucm_server address", 1),
    ])
    func slipsOfCiscosListingsMeanTheSame(meant: String, slip: String, warnings: Int) {
        #expect(Self.mixedMode.contains(meant))
        let result = read(Self.mixedMode.replacing(meant, with: slip))
        let isSame = result.configuration == read(Self.mixedMode).configuration
        #expect(isSame)
        let more = result.messages(.warning).count - read(Self.mixedMode).messages(.warning).count
        #expect(more == warnings)
    }

    @Test func addressesForTheWholeBoxAreReadAsOfOldAndOfLate() {
        let result = read(
            twoInterfaces + "media-termination mt\n address 203.0.113.25\nphone-proxy pp\n"
                + " tftp-server address 192.0.2.101 interface inside\n"
                + " media-termination address 10.10.0.25 interface outside\n rtp-min-port 16384 rtp-max-port 32767")
        #expect(result.isInForce)
    }

    @Test func fiveTFTPServersAreTheMost() {
        let servers = (1...6).map { " tftp-server address 192.0.2.\($0) interface inside" }
        let result = read(twoInterfaces + "phone-proxy pp\n" + servers.joined(separator: "\n"))
        #expect(result.configuration.phoneProxy?.tftpServers.count == 5)
        #expect(result.messages(.error) == ["more than 5 of 'tftp-server address' (line 10 has the first)"])
    }
}
