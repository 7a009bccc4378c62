import ConfigLanguage
import Inspection

/// The whole input is a configuration file. What can be read without errors must also be one that an engine can be
/// made of.
func configurationPromise(_ input: Span<UInt8>) -> String? {
    let text = String(decoding: input.bytes(in: 0..<input.count), as: UTF8.self)
    let read = Configuration.read(text, file: "fuzz.cfg")
    for diagnostic in read.diagnostics {
        guard diagnostic.line >= 1, diagnostic.column >= 1 else { return "a diagnostic without a place" }
        if diagnostic.description.isEmpty { return "a diagnostic without words" }
    }
    if read.isValid {
        var settings = EngineSettings()
        (settings.flowLimit, settings.pinholeLimit, settings.transferLimit, settings.eventLimit) = (16, 16, 16, 16)
        _ = Engine(read.configuration, settings)
        return printedPromise(read.configuration)
    }
    return nil
}

/// What `show running-config` prints of what phones trust means the same when it is read again.
private func printedPromise(_ configuration: Configuration) -> String? {
    let parts: [RunningConfiguration.Part] = [.keyPairs, .trustpoints, .certificateChains, .ctlFiles]
    let lines = parts.flatMap { RunningConfiguration(configuration).lines($0, all: true) }
    let again = Configuration.read(lines.joined(separator: "\n"), file: "again.cfg")
    guard again.isValid else { return "what was printed is wrong: \(again.diagnostics)" }
    let isSame =
        again.configuration.keyPairs == configuration.keyPairs
        && again.configuration.ctlFiles == configuration.ctlFiles
        && again.configuration.trustpoints.mapValues(\.withoutPlaces)
            == configuration.trustpoints.mapValues(\.withoutPlaces)
    return isSame ? nil : "what was printed means something else: \(lines)"
}

extension Trustpoint {
    /// Where a certificate stands, and how, is of no account.
    fileprivate var withoutPlaces: Trustpoint {
        var copy = self
        copy.authority = authority.map { PastedText(command: "", line: 0, text: $0.text) }
        return copy
    }
}

func configurationSeeds() -> [FuzzTarget.Seed] {
    [
        .init(name: "box", bytes: Array(boxConfiguration.utf8)),
        .init(name: "older", bytes: Array(olderConfiguration.utf8)),
        .init(name: "phone-proxy", bytes: Array(phoneProxyConfiguration.utf8)),
        .init(name: "certificates", bytes: Array(certificateConfiguration.utf8)),
    ]
}

private let boxConfiguration = """
    hostname fuzzed
    names
    name 192.0.2.105 backup description second server
    interface eth0
     nameif outside
     security-level 0
     ip address 203.0.113.1 255.255.255.0
    !
    interface eth1
     nameif inside
     security-level 100
     ip address 192.0.2.1 255.255.255.0
     inspection fail-close
    !
    object network server
     host 192.0.2.101
     nat (inside,outside) static 203.0.113.26
    object network tftp
     host 192.0.2.102
     nat (inside,outside) static interface service udp 69 69
    access-list in extended permit udp any host 203.0.113.26 eq tftp log
    access-list in extended deny tcp 198.51.100.0 255.255.255.0 range 1024 65535 object server neq 5061 inactive
    access-list in extended permit icmp any4 any4 echo
    access-list in remark the rest is denied
    access-group in in interface outside
    route outside 0.0.0.0 0.0.0.0 203.0.113.254
    class-map transfers
     match port udp eq 69
    policy-map edge
     class transfers
      inspect tftp
    service-policy edge interface outside
    timeout conn 2:00:00 half-closed 0:05:00 udp 0:01:00
    fragment chain 4 outside
    same-security-traffic permit inter-interface
    capture in interface inside match udp any any eq 69
    capture drops type asp-drop all circular-buffer buffer 65536
    logging enable
    logging buffered debugging

    """

private let olderConfiguration = """
    interface eth0
     nameif outside
     ip address 203.0.113.1 255.255.255.0
    interface eth1
     nameif inside
     ip address 192.0.2.1 255.255.255.0
    static (inside,outside) 203.0.113.26 192.0.2.101 netmask 255.255.255.255
    static (inside,outside) tcp interface 7000 192.0.2.102 2000 netmask 255.255.255.255
    nat (inside) 1 192.0.2.0 255.255.255.0
    global (outside) 1 interface
    no service-policy global_policy global

    """

private let phoneProxyConfiguration = """
    interface eth0
     nameif outside
     ip address 203.0.113.1 255.255.255.0
    interface eth1
     nameif inside
     ip address 192.0.2.1 255.255.255.0
    crypto key generate rsa label pair modulus 1024
    crypto ca trustpoint server
     enrollment self
     keypair pair
    crypto ca enroll server
    ctl-file trust
     record-entry cucm-tftp trustpoint server address 203.0.113.26
     no shutdown
    tls-proxy terminator
     server trust-point _internal_PP_trust
    media-termination media
     address 192.0.2.25 interface inside
     address 203.0.113.25 interface outside
    phone-proxy phones
     media-termination media
     tftp-server address 192.0.2.101 interface inside
     tls-proxy terminator
     ctl-file trust
     cluster-mode nonsecure
     proxy-server 192.0.2.30 8080 interface inside
     cipc security-mode authenticated
     no disable service-settings
     timeout secure-phones 0:10:00
    dns domain-lookup inside
    dns server-group DefaultDNS
     name-server 192.0.2.53 2001:db8::53
     domain-name example.com
     retries 1

    """

private let certificateConfiguration = """
    crypto key generate rsa label pair modulus 2048
    crypto ca trustpoint server
     enrollment self
     fqdn server.example.com
     subject-name cn="a, b";o=Example
     serial-number
     proxy-ldc-issuer
     signature-digest sha1
     revocation-check none
     crl configure
     keypair pair
    crypto ca enroll server
    crypto ca trustpoint authority
     enrollment terminal
    crypto ca authenticate authority
    -----BEGIN CERTIFICATE-----
    MCwwKgICCv8EJAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIw==
    -----END CERTIFICATE-----
    quit
    crypto ca certificate chain authority
     certificate ca 0aff
        30060402 02020aff
      quit
    crypto ca import authority pkcs12 passphrase
    MIIBszCCAVmgAwIBAgIUQAAAAAAAAAAAAAAAAAAAAAAAAAAA
    quit
    ctl-file trust
     record-entry cucm trustpoint server address 203.0.113.26 domain-name example.com
     record-entry capf trustpoint authority address 203.0.113.26
     cluster-ctl-file disk0:/old.tlv
     sast 3
     digest sha512
     no shutdown

    """
