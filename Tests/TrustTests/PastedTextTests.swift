import TestSupport
import Testing
import Trust
import Wire

@Suite struct PastedTextTests {
    private func certificate() throws -> Certificate {
        let template = CertificateTemplate(subject: DistinguishedName([.init(.commonName, "pasted")]))
        return try CertificateIssuing.selfSigned(
            template, key: try TestKeys.small.get(), at: Timestamp(seconds: 1_700_000_000))
    }

    @Test func certificatesAreReadInEveryFormInWhichTheyArePasted() throws {
        let certificate = try certificate()
        let pem = String(decoding: certificate.pem, as: UTF8.self)
        let lines = pem.split(separator: "\n").dropFirst().dropLast()
        let hexadecimal = hexText(certificate.der)
        let forms = [
            pem,
            "some words before\n" + pem + "and after\nquit\n",
            pem.split(separator: "\n").joined(separator: "\r\n"),
            "  " + pem.split(separator: "\n").joined(separator: "  \n  "),
            lines.joined(separator: "\n"),
            lines.joined(separator: "\n") + "\n quit \n\n",
            lines.joined(),
            hexadecimal,
            "    " + hexadecimal.lowercased() + "\n  quit",
        ]
        for form in forms { #expect(try Certificate(pasted: Array(form.utf8)) == certificate, "\(form.prefix(40))") }
        #expect(try Certificate(pasted: certificate.der) == certificate)
    }

    @Test func moreThanOneCertificateIsRefused() throws {
        let certificate = try certificate()
        let pem = certificate.pem
        let lines = String(decoding: pem, as: UTF8.self).split(separator: "\n").dropFirst().dropLast()
        let twice = Array((lines + lines).joined(separator: "\n").utf8)
        #expect(throws: TrustError("there are 2 certificates in the text, not one")) {
            try Certificate(pasted: pem + pem)
        }
        #expect(throws: TrustError.self) { try Certificate(pasted: twice) }
        #expect(throws: TrustError("the certificate cannot be read: \(certificate.der.count) bytes follow it")) {
            try Certificate(pasted: certificate.der + certificate.der)
        }
    }

    @Test(
        arguments: [
            ("", "there is no certificate in the text"),
            ("quit", "there is no certificate in the text"),
            (" \n\r\n ", "there is no certificate in the text"),
            ("no certificate", "the certificate is neither PEM nor one text in base 64 or hexadecimal"),
            ("MII=AAA=", "the certificate is neither PEM nor one text in base 64 or hexadecimal"),
            ("AAA", "the certificate is neither PEM nor one text in base 64 or hexadecimal"),
            ("-----BEGIN CERTIFICATE-----\nAAAA", "CERTIFICATE: the END line is missing"),
            ("-----END CERTIFICATE-----", "CERTIFICATE: ends without a begin"),
            (
                "-----BEGIN CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n",
                "CERTIFICATE: begins inside another block"
            ),
            ("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----", "CERTIFICATE: is not base 64"),
            ("-----BEGIN PKCS7-----\nAAAA\n-----END PKCS7-----", "there is no certificate in the text"),
            ("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----", "the certificate cannot be read"),
        ]
    )
    func anythingElseIsRefusedWithTheReason(_ text: String, _ reason: String) {
        let error = #expect(throws: TrustError.self) { try Certificate(pasted: Array(text.utf8)) }
        #expect(error?.description.hasPrefix(reason) == true, "\(error?.description ?? "no error")")
    }

    @Test func aTextOutOfAllBoundsIsRefusedAtOnce() {
        let text = [UInt8](repeating: UInt8(ascii: "A"), count: 1 << 20 + 4)
        #expect(throws: TrustError("the text is longer than 1048576 bytes")) { try Certificate(pasted: text) }
    }

    /// The oracle is `openssl base64`, for every length of the last group.
    @Test(arguments: 1...100)
    func base64IsThatOfOpenssl(_ length: Int) throws {
        var random = SeededGenerator(seed: UInt64(length))
        let bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let text = try openssl("base64", stdin: bytes).output
        #expect(
            PEM.encode(bytes, label: "X") == Array("-----BEGIN X-----\n".utf8) + text + Array("-----END X-----\n".utf8))
        #expect(try PEM.blocks(in: PEM.encode(bytes, label: "X")).map(\.bytes) == [bytes])
    }

    @Test(
        arguments: [
            ("cn=FW_LDC_SIGNER_172_23_45_200", ["cn=FW_LDC_SIGNER_172_23_45_200"]),
            ("CN=box, OU=Voice ,o=\"Example, Inc.\",C=US", ["cn=box", "ou=Voice", "o=Example, Inc.", "c=US"]),
            ("cn=a\\,b,ou=c\\\\d", ["cn=a,b", "ou=c\\d"]),
            ("cn=a,ou=x,ou=y,dc=com", ["cn=a", "ou=x", "ou=y", "dc=com"]),
            ("ea=a@example.com,ser=1", ["ea=a@example.com", "serialNumber=1"]),
        ]
    )
    func subjectNamesAreReadAsPeopleWriteThem(_ text: String, _ lines: [String]) throws {
        let name = try DistinguishedName(x500: text)
        #expect(name.asaLines == lines)
        #expect("\(try DistinguishedName(x500: text))" == lines.joined(separator: ","))
    }

    @Test(
        arguments: [
            ("", ": not KEYWORD=VALUE"), ("box", "box: not KEYWORD=VALUE"), ("cn=a,", ": not KEYWORD=VALUE"),
            ("color=red", "color: no attribute of a name"), ("cn=", "cn= has no value"),
            ("cn=\"a", "cn=\"a: a quotation does not end"), ("cn=a\\", "cn=a\\: a quotation does not end"),
            ("cn=a\0b", "a name has a NUL in it"),
        ]
    )
    func subjectNamesThatAreNoneAreRefused(_ text: String, _ reason: String) {
        #expect(throws: TrustError(reason)) { try DistinguishedName(x500: text) }
    }
}
