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
             client ldc issuer server
            media-termination media
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
        var second = valid(
            twoInterfaces + "tls-proxy tls\n client ldc issuer server\nmedia-termination media\n"
                + printed.joined(separator: "\n"))
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
                    " timeout secure-phones 0:05:00",
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

    @Test func ofNothingNothingIsPrinted() {
        for part in RunningConfiguration.Part.allCases { #expect(Self.lines(of: "hostname box", part).isEmpty) }
        #expect(
            Self.lines(of: "hostname box", .dns, all: true)
                == ["dns server-group DefaultDNS", " timeout 2", " retries 2"])
    }
}
