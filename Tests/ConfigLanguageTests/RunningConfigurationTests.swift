import Testing

@testable import ConfigLanguage

@Suite("What `show running-config` prints of the phone proxy")
struct RunningConfigurationTests {
    private static let text =
        twoInterfaces + """
            crypto key generate rsa label pair modulus 2048
            crypto ca trustpoint server
             enrollment self
             fqdn ucm.example.com
             subject-name cn="a, b"; o=Example
             serial-number
             keypair pair
             proxy-ldc-issuer
             signature-digest sha1
            crypto ca enroll server
            crypto ca trustpoint capf
             enrollment terminal
            crypto ca authenticate capf
            -----BEGIN CERTIFICATE-----
            MCwwKgICCv8EJAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIw==
            -----END CERTIFICATE-----
            tls-proxy tls
             server trust-point _internal_PP_list
             no server authenticate-client
             client ldc issuer server
             client ldc key-pair pair
             client cipher-suite aes256-sha1 null-sha1
            tls-proxy fixed
             client trust-point server
            tls-proxy maximum-session 77
            media-termination media
             address 10.10.0.25 interface outside
             address 192.0.2.25 interface inside
             rtp-min-port 2000 rtp-max-port 40000
            ssl server-version tlsv1
            ssl encryption aes128-sha1 rc4-md5
            icmp permit 10.10.0.0 255.255.255.0 echo outside
            icmp permit host 10.20.0.1 8 outside
            icmp deny any 200 outside
            icmp permit 2001:db8::/32 inside
            regex bosses ^<?sips?:[0-9]{2,4}@
            regex others \\x41|\\.
            class-map type regex match-any names
             match regex bosses
             match regex others
            class-map type inspect sip match-any calls
             match called-party regex bosses
             match not calling-party regex class names
             match content length gt 5000
            class-map type inspect sip methods
             match request-method invite
            policy-map type inspect sip strict
             parameters
              no im
              ip-address-privacy
              max-forwards-validation action drop log
              rtp-conformance enforce-payloadtype
              software-version action mask
              state-checking action drop-connection
              strict-header-validation action log
              no traffic-non-sip
              uri-non-sip action mask log
             class calls
              drop-connection send-protocol-error log
             class methods
              rate-limit 100
              log
             match uri tel length gt 40
              drop send-protocol-error
             match content type sdp
              log
             match content type regex others
              mask
             match im-subscriber regex bosses
              reset
             match message-path regex bosses
              reset
             match third-party-registration regex bosses
              drop log
            policy-map type inspect sip plain
            ctl-file list
             record-entry cucm-tftp trustpoint server address 10.10.0.24 domain-name example.com
             record-entry capf trustpoint capf address 10.10.0.24
             cluster-ctl-file disk0:/old.tlv
             sast 3
             digest sha512
             no shutdown
            phone-proxy phones
             media-termination media
             tftp-server address 192.0.2.101 interface inside
             tftp-server address 192.0.2.102 6969 interface inside
             tls-proxy tls
             ctl-file list
             proxy-server address 192.0.2.30 interface inside
             cipc security-mode authenticated
             cluster-mode mixed
             no disable service-settings
             timeout secure-phones 1:02:03
            dns domain-lookup inside
            dns name-server 192.0.2.53 192.0.2.54
            dns server-group DefaultDNS
             timeout 5
             retries 1
             domain-name example.com

            """

    private static func lines(
        of text: String, _ part: RunningConfiguration.Part, name: String? = nil, all: Bool = false
    ) -> [String] {
        RunningConfiguration(valid(text)).lines(part, name: name, all: all)
    }

    @Test(arguments: [false, true])
    func readAgainMeansTheSame(all: Bool) {
        let first = valid(Self.text)
        let printed = RunningConfiguration.Part.allCases.flatMap { RunningConfiguration(first).lines($0, all: all) }
        var second = valid(twoInterfaces + printed.joined(separator: "\n"))
        // Where a certificate stands differs, not what it is.
        #expect(second.trustpoints["capf"]?.authority?.text == first.trustpoints["capf"]?.authority?.text)
        second.trustpoints["capf"]?.authority = first.trustpoints["capf"]?.authority
        let isSame = second == first
        #expect(isSame, "\(printed.joined(separator: "\n"))")
    }

    @Test func aTrustpointIsPrintedAsTheASADoes() {
        #expect(
            Self.lines(of: Self.text, .trustpoints, name: "server") == [
                "crypto ca trustpoint server", " enrollment self", " fqdn ucm.example.com",
                " subject-name cn=\"a, b\"; o=Example", " serial-number", " keypair pair", " proxy-ldc-issuer",
                " signature-digest sha1", "crypto ca enroll server",
            ])
        #expect(
            Self.lines(of: Self.text, .certificateChains) == [
                "crypto ca certificate chain capf", " certificate ca 0aff",
                "    302c302a 02020aff 04240001 02030405 06070809 0a0b0c0d 0e0f1011 12131415",
                "    16171819 1a1b1c1d 1e1f2021 2223", "  quit",
            ])
        #expect(Self.lines(of: Self.text, .trustpoints, name: "nobody").isEmpty)
    }

    /// The form of cisco's reference: what is so by default is shown by `all`.
    @Test func aPhoneProxyIsPrintedAsTheASADoes() {
        let text =
            twoInterfaces
            + "ctl-file list\nphone-proxy p\n tftp-server address 192.0.2.101 interface inside\n ctl-file list"
        let short = ["phone-proxy p", " tftp-server address 192.0.2.101 interface inside", " ctl-file list"]
        #expect(Self.lines(of: text, .phoneProxy) == short)
        #expect(
            Self.lines(of: text, .phoneProxy, all: true)
                == short + [
                    " no cipc security-mode authenticated", " cluster-mode nonsecure", " disable service-settings",
                    " timeout secure-phones 0:05:00", " no secure-phones require-file-request",
                ])
        #expect(Self.lines(of: text, .phoneProxy, name: "other").isEmpty)
        let old =
            text + "\n media-termination address 10.10.0.25 interface outside\n rtp-min-port 1024 rtp-max-port 65535"
        #expect(
            Self.lines(of: old, .phoneProxy)[1...2] == [
                " media-termination address 10.10.0.25 interface outside", " rtp-min-port 1024 rtp-max-port 65535",
            ])
    }

    @Test func aCTLFileIsPrintedAsTheASADoes() {
        #expect(Self.lines(of: "ctl-file c\n no shutdown", .ctlFiles) == ["ctl-file c", " no shutdown"])
        #expect(Self.lines(of: "ctl-file c", .ctlFiles) == ["ctl-file c"])
        #expect(
            Self.lines(of: "ctl-file c", .ctlFiles, all: true) == [
                "ctl-file c", " sast 2", " digest sha1", " shutdown",
            ])
    }

    /// The forms of cisco's reference.
    @Test func aTLSProxyAndItsMediaTerminationArePrintedAsTheASADoes() {
        let text = twoInterfaces + "tls-proxy t\nmedia-termination m\n address 10.10.0.25"
        #expect(Self.lines(of: text, .tlsProxies) == ["tls-proxy t"])
        #expect(
            Self.lines(of: text, .tlsProxies, all: true) == [
                "tls-proxy t", " server authenticate-client", " no client cipher-suite",
                "tls-proxy maximum-session 1200",
            ])
        #expect(Self.lines(of: text, .mediaTermination) == ["media-termination m", " address 10.10.0.25"])
        #expect(
            Self.lines(of: text, .mediaTermination, all: true)[2...] == [" rtp-min-port 16384 rtp-max-port 32767"])
        #expect(Self.lines(of: text, .mediaTermination, name: "other").isEmpty)
        #expect(
            Self.lines(of: "policy-map type inspect sip m", .sipInspectionMaps, all: true) == [
                "policy-map type inspect sip m", " parameters", "  im", "  no ip-address-privacy",
                "  no max-forwards-validation", "  no rtp-conformance", "  no software-version",
                "  no state-checking", "  no strict-header-validation", "  traffic-non-sip", "  no uri-non-sip",
            ])
    }

    @Test func ofNothingNothingIsPrinted() {
        for part in RunningConfiguration.Part.allCases { #expect(Self.lines(of: "hostname box", part).isEmpty) }
        #expect(
            Self.lines(of: "hostname box", .ssl, all: true) == [
                "ssl server-version tlsv1.2", "ssl client-version tlsv1.2",
                "! ssl encryption: whatever the TLS library takes to be safe",
            ])
        #expect(
            Self.lines(of: "hostname box", .dns, all: true)
                == ["dns server-group DefaultDNS", " timeout 2", " retries 2"])
    }
}
