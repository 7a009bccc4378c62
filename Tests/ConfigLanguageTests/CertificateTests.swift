import Testing

@testable import ConfigLanguage

@Suite("Certificates that stand in a configuration")
struct CertificateTests {
    /// A DER SEQUENCE of nine bytes that is `hostname` in base 64 but for its head, so that it would pass for a command.
    private static let base64 = "MAcEhostname"
    private static let trustpoint = "crypto ca trustpoint t\n enrollment terminal\n"
    private static let authenticate = trustpoint + "crypto ca authenticate t\n"
    private static let chain = trustpoint + "crypto ca certificate chain t\n certificate ca 01\n"

    @Test(arguments: [
        authenticate + "-----BEGIN CERTIFICATE-----\nMAcE\nhostname\n-----END CERTIFICATE-----\nquit",
        authenticate + "-----BEGIN CERTIFICATE-----\nMAcE\nhostname\n-----END CERTIFICATE-----",
        authenticate
            + "\n-----BEGIN CERTIFICATE-----\r\n  MAcEhost  \r\nname\r\n\r\n-----END CERTIFICATE-----\r\n quit ",
        trustpoint
            + "crypto ca auth t noint\n-----BEGIN X509 CERTIFICATE-----\nMAcEhostname\n-----END X509 CERTIFICATE-----",
        chain + "  30070486\n  8b2d9da9\n  9e\n  quit",
        chain + "    30070486 8B2D9DA9 9E\n  QUIT",
        trustpoint + "crypto ca cert chain t\n cert ca 01\n  3007048 68b2d9da99e\n  quit\n cert 02\n  3000\n  quit",
        chain + "  3000\n  quit\n certificate ca 02\n  30070486 8b2d9da9 9e\n  quit",
        authenticate + "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\nquit\ncrypto ca authenticate t\n"
            + "-----BEGIN CERTIFICATE-----\nMAcEhostname\n-----END CERTIFICATE-----",
    ])
    func areKeptAsBase64AndNotReadAsCommands(text: String) {
        let configuration = valid(text + "\nhostname after")
        #expect(configuration.trustpoints["t"]?.authority?.text == [Self.base64])
        #expect(configuration.hostname == "after")
    }

    @Test func bareBase64IsTakenUpToQuit() {
        let long = [UInt8](repeating: 7, count: 120)
        let lines = CertificateText.base64Lines([0x30, 0x78] + long)
        let text = Self.authenticate + lines.joined(separator: "\n") + "\nquit\nhostname after"
        #expect(valid(text).trustpoints["t"]?.authority?.text == lines)
        #expect(lines.map(\.utf8.count) == [64, 64, 36])
    }

    @Test func sayWhereTheyStand() {
        let authority = valid(Self.authenticate + "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----")
            .trustpoints["t"]?.authority
        #expect(authority == PastedText(command: "crypto ca authenticate t", line: 4, text: ["MAA="]))
    }

    @Test(arguments: [
        "no crypto ca authenticate t", "no crypto ca certificate chain t",
        "crypto ca certificate chain t\n no certificate ca 01",
    ])
    func areTakenBack(line: String) {
        let pem = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\nquit\n"
        #expect(valid(Self.authenticate + pem + line).trustpoints["t"]?.authority == nil)
    }

    @Test func ofTheBoxItselfAreNotUsedAndWarnedOf() {
        let result = read(Self.trustpoint + "crypto ca certificate chain t\n certificate 31\n  3000\n  quit")
        #expect(result.messages(.warning).map { $0.contains("the box's own certificates") } == [true])
        #expect(result.configuration.trustpoints["t"]?.authority == nil)
    }

    private static let pem = authenticate + "-----BEGIN CERTIFICATE-----\n"

    static let damaged = [
        Wrong(pem + "«MAcEhostnam»\n-----END CERTIFICATE-----", "the base 64 text is cut short", boxed: false),
        Wrong(pem + "«MAcEhost name?»\n-----END CERTIFICATE-----", "not base 64", boxed: false),
        Wrong(pem + "MAcE\n«=host»\n-----END CERTIFICATE-----", "not base 64", boxed: false),
        Wrong(pem + "MAcE\n«host=»\nname\n-----END CERTIFICATE-----", "not base 64", boxed: false),
        Wrong(
            authenticate + "«-----BEGIN CERTIFICATE-----»\nMAcEhost\n-----END CERTIFICATE-----",
            "cut short: 6 of 9 bytes", boxed: false),
        Wrong(
            authenticate + "«-----BEGIN CERTIFICATE-----»\nMAcEhostnameAAAA\n-----END CERTIFICATE-----",
            "3 bytes follow", boxed: false),
        Wrong(
            authenticate + "«-----BEGIN CERTIFICATE-----»\nAAAAAAAA\n-----END CERTIFICATE-----", "not a certificate",
            boxed: false),
        Wrong(
            authenticate + "«-----BEGIN CERTIFICATE-----»\n-----END CERTIFICATE-----", "not a certificate",
            boxed: false),
        Wrong(
            authenticate + "«-----BEGIN PRIVATE KEY-----»\nMAA=\n-----END PRIVATE KEY-----", "nothing else",
            boxed: false),
        Wrong(
            authenticate + "«-----BEGIN X509 CRL-----»\nMAA=\n-----END X509 CRL-----", "nothing else", boxed: false),
        Wrong(
            pem + "MAA=\n-----END CERTIFICATE-----\n«-----BEGIN CERTIFICATE-----»\nMAA=\n-----END CERTIFICATE-----",
            "a second certificate (the first is in line 4)", boxed: false),
        Wrong(
            trustpoint + "«crypto ca authenticate t»\n-----BEGIN CERTIFICATE-----\nMAA=", "ended by 'quit'",
            boxed: false),
        Wrong(trustpoint + "crypto ca certificate chain t\n «certificate 01»\n  3082", "ended by 'quit'", boxed: false),
        Wrong(chain + "«  3000xyz»\n  quit", "not hexadecimal", boxed: false),
        Wrong(chain + "«  30000»\n  quit", "the last byte has one digit", boxed: false),
        Wrong(chain + "«  3082ffff 00»\n  quit", "cut short: 5 of 65539 bytes", boxed: false),
        Wrong(trustpoint + "crypto ca certificate chain t\n certificate ca «xyz»", "not a serial number", boxed: false),
        Wrong("crypto ca certificate chain «t»\n certificate ca 01\n  3000\n  quit", "no trustpoint 't'", boxed: false),
        Wrong("crypto ca authenticate «t»", "no trustpoint 't'", boxed: false),
    ]

    @Test(arguments: damaged)
    func areRefusedAtTheLineAtFault(_ wrong: Wrong) throws { try wrong.expectOnly(.error) }

    @Test(
        arguments: [
            ([0x30, 0x0a, 0x30, 0x08, 0xa0, 0x03, 0x02, 0x01, 0x02, 0x02, 0x01, 0x31], "31"),
            ([0x30, 0x06, 0x30, 0x04, 0x02, 0x02, 0x0a, 0xff], "0aff"),
            ([0x30, 0x81, 0x06, 0x30, 0x04, 0x02, 0x02, 0x0a, 0xff], "0aff"),
            ([0x30, 0x06, 0x30, 0x04, 0x02, 0x09, 0x0a, 0xff], nil),
            ([0x30, 0x04, 0x30, 0x02, 0x02, 0x00], nil),
            ([0x30, 0x19, 0x30, 0x17, 0x02, 0x15] + [UInt8](repeating: 1, count: 21), nil),
            ([0x30, 0x00], nil), ([0x30], nil), ([], nil),
        ] as [([UInt8], String?)])
    func haveASerialNumber(der: [UInt8], serial: String?) {
        #expect(CertificateText.serialNumber(der) == serial)
    }

    /// RFC 4648 section 10, with a SEQUENCE's head before.
    @Test(arguments: 0...70)
    func surviveBase64AtEveryLength(length: Int) throws {
        let der = [0x30, UInt8(length)] + (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        #expect(try CertificateText.der(CertificateText.base64Lines(der), .base64) == der)
    }
}
