import ConfigLanguage
import Inspection
import TLSProxy
import Testing
import Wire

@testable import Box
@testable import TLSProxy

/// What the log says of TLS handshakes: the texts of cisco-facts 5.4, 5.5 and 6.4.
@Suite struct TLSSyslogTests {
    /// 72.146.123.158:30519
    private static let phone = Endpoint(IPAddress(v4: 0x4892_7b9e), 30519)
    private let id = HandStreamID(rawValue: 7)
    private let certificate = PeerCertificate(
        serialNumber: "62D06172000000143FCC",
        subject: "cn=CP-7962G-SEP002155554502,ou=EVVBU,o=Cisco Systems Inc.", issuer: "cn=Cisco Manufacturing CA",
        commonName: "CP-7962G-SEP002155554502", notBefore: 0, notAfter: 1, keyBits: 2048, der: [])

    private func lines(
        _ event: HandStreamEvent, supported: [String] = ["RC4-SHA"], servers: [String]? = nil
    ) throws -> [String] {
        let configuration = try configuration(exampleText)
        let syslog = SyslogText(InterfaceNames(configuration), accessLists: [])
        let names = InterfaceNames(configuration)
        let parties = StreamDesk.Parties(
            phone: Self.phone,
            interface: try #require(names.index(of: "outside")), server: Endpoint(IPAddress(v4: 0xc000_0265), 5060),
            serverInterface: names.index(of: "inside"))
        return syslog.messages(event, parties, StreamCiphers(phones: supported, servers: servers)).map(\.text)
    }

    @Test func aPhoneWithoutAKnownAuthorityIsToldAsOnTheASA() throws {
        let failure = HandshakeFailure(
            cause: .library, state: "",
            errors: [LibraryError(function: "tls_process_client_certificate", reason: "certificate verify failed")],
            verification: VerificationFailure(
                reason: .noTrustpoint, text: "unable to get local issuer certificate", depth: 0, peer: certificate,
                chainLength: 1))
        #expect(
            try lines(.handshakeFailed(id, .phone, failure)) == [
                "%ASA-7-725014: SSL lib error. Function: SSL3_READ_BYTES Reason: ssl handshake failure",
                "%ASA-7-725014: SSL lib error. Function: SSL3_GET_CLIENT_CERTIFICATE Reason: no certificate returned",
                "%ASA-6-725006: Device failed SSL handshake with client outside:72.146.123.158/30519",
                "%ASA-3-717009: Certificate validation failed. No suitable trustpoints found to validate certificate serial "
                    + "number: 62D06172000000143FCC, subject name: "
                    + "cn=CP-7962G-SEP002155554502,ou=EVVBU,o=Cisco Systems Inc..",
                "%ASA-3-717027: Certificate chain failed validation. No suitable trustpoint was found to validate chain.",
            ])
    }

    @Test func ciphersAreListedInOrder() throws {
        let hello = ClientHello(version: 0x0301, ciphers: [0x0035, 0x002f], resumes: false, serverName: nil)
        #expect(
            try lines(.hello(id, hello)) == [
                "%ASA-7-725010: Device supports the following 1 cipher(s).",
                "%ASA-7-725011: Cipher[1] : RC4-SHA",
                "%ASA-7-725008: SSL client outside:72.146.123.158/30519 proposes the following 2 cipher(s).",
                "%ASA-7-725011: Cipher[1] : AES256-SHA",
                "%ASA-7-725011: Cipher[2] : AES128-SHA",
            ])
    }

    @Test func aGoodHandshakeNamesTheCertificateAndItsTrustpoint() throws {
        let facts = HandshakeFacts(
            version: .tls12, cipher: "AES128-SHA", isResumed: false, peer: certificate,
            trustpoint: "Cisco_Manufacturing_CA", chainLength: 1, wasAskedForCertificate: false)
        let lines = try lines(.handshakeFinished(id, .phone, facts))
        #expect(
            lines.map { $0.prefix(13) } == [
                "%ASA-7-725012", "%ASA-7-717025", "%ASA-7-717029", "%ASA-7-717030", "%ASA-6-717022", "%ASA-6-717028",
                "%ASA-6-725002",
            ])
        #expect(lines[3].contains("trustpoint Cisco_Manufacturing_CA "))
        #expect(lines.last == "%ASA-6-725002: Device completed SSL handshake with client outside:72.146.123.158/30519")
    }

    /// The text that chapter section "No shared cipher" shows.
    @Test func errorsHaveTheFunctionsThatOperatorsLookFor() throws {
        func line(_ function: String, _ reason: String) throws -> String? {
            let error = LibraryError(function: function, reason: reason)
            let failure = HandshakeFailure(cause: .library, state: "", errors: [error], verification: nil)
            return try lines(.handshakeFailed(id, .phone, failure)).first
        }
        let start = "%ASA-7-725014: SSL lib error. Function: "
        #expect(
            try line("tls_post_process_client_hello", "no shared cipher")
                == start + "SSL3_GET_CLIENT_HELLO Reason: no shared cipher")
        #expect(
            try line("tls_parse_ctos_key_share", "bad key share")
                == start + "SSL3_GET_CLIENT_HELLO Reason: bad key share")
        #expect(
            try line("tls_process_client_certificate", "peer did not return a certificate")
                == start + "SSL3_GET_CLIENT_CERTIFICATE Reason: peer did not return a certificate")
        #expect(try line("tls_some_new_function", "odd") == start + "TLS_SOME_NEW_FUNCTION Reason: odd")
    }

    @Test func theHandshakeWithACallServerBeginsAndEndsToo() throws {
        let server = Endpoint(IPAddress(v4: 0xc000_0265), 5060)
        #expect(try lines(.upstreamConnected(id, local: Self.phone, remote: server)) == [])
        #expect(try lines(.legClosed(id, .server, .finished)) == [])
        let ciphers = ["AES128-SHA", "AES256-SHA"]
        #expect(
            try lines(.upstreamConnected(id, local: Self.phone, remote: server), servers: ciphers) == [
                "%ASA-6-725001: Starting SSL handshake with server inside:192.0.2.101/5060 for TLS session.",
                "%ASA-7-725009: Device proposes the following 2 cipher(s) to server inside:192.0.2.101/5060",
                "%ASA-7-725011: Cipher[1] : AES128-SHA",
                "%ASA-7-725011: Cipher[2] : AES256-SHA",
            ])
        #expect(
            try lines(.legClosed(id, .server, .finished), servers: ciphers) == [
                "%ASA-6-725007: SSL session with server inside:192.0.2.101/5060 terminated."
            ])
    }

    @Test func theLimitOfSessionsIs446001() throws {
        #expect(
            try lines(.refused(.sessions, phone: Self.phone, destination: Self.phone)) == [
                "%ASA-4-446001: Maximum TLS Proxy session limit reached."
            ])
    }
}
