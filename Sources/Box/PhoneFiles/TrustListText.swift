import Trust
import Wire

/// A trust list as `show ctl` of Unified CM prints it, so that engineers find what they know: columns parted by tabs, of
/// which the one called BYTEPOS holds the field's tag.
struct TrustListText {
    private var lines: [String] = []

    /// - Parameter rejection: why the list does not verify, if it does not.
    static func render(_ file: [UInt8], _ list: TrustList, _ rejection: FileRejection?) -> String {
        var text = TrustListText()
        text.addSummary(file, list.header)
        text.addHeader(list.header)
        for (index, record) in list.records.enumerated() {
            text.addRecord(record, number: index + 1, list.header.signer)
        }
        text.lines.append(
            rejection.map { "The CTL file was not verified: \($0)." } ?? "The CTL file was verified successfully.")
        return text.lines.joined(separator: "\n")
    }

    private mutating func addSummary(_ file: [UInt8], _ header: FileHeader) {
        lines += [
            "The checksum value of the CTL file:", "\(Fingerprint.md5.of(file).hexadecimal())(MD5)",
            "\(Fingerprint.sha1.of(file).hexadecimal())(SHA1)", "", "Length of CTL file: \(file.count)",
        ]
        if let timestamp = header.timestamp {
            let date = ClockText.date(Timestamp(seconds: Int64(timestamp)))
            lines.append("The CTL File was last modified on \(date)")
        }
        lines += ["", "Parse CTL File", "----------------", ""]
    }

    private mutating func addHeader(_ header: FileHeader) {
        let signer = header.signer
        // Three fields, each with its head.
        let identity = 9 + signer.name.fieldLength + signer.serialNumber.count + signer.issuer.fieldLength
        lines += ["Version:\t\(header.version)", "HeaderLength:\t\(header.length) (BYTES)", ""]
        addColumns()
        addField(3, "SIGNERID", 2, "\(identity)")
        addField(4, "SIGNERNAME", signer.name.fieldLength, "\(signer.name)")
        addField(5, "SERIALNUMBER", signer.serialNumber.count, signer.serialNumber.colons)
        addField(6, "CANAME", signer.issuer.fieldLength, "\(signer.issuer)")
        addField(7, "SIGNATUREINFO", 2, "15")
        addField(8, "DIGESTALGORITHM", 1, header.digest.standardName)
        addField(9, "SIGNATUREALGOINFO", 2, "8")
        addField(10, "SIGNATUREALGORITHM", 1, "RSA")
        addField(11, "SIGNATUREMODULUS", 1, "\(header.signature.count * 8)")
        addField(12, "SIGNATURE", header.signature.count, nil)
        addField(14, "FILENAME", header.fileName.fieldLength, "\(header.fileName)")
        if let timestamp = header.timestamp { addField(15, "TIMESTAMP", 4, "\(timestamp)") }
    }

    private mutating func addRecord(_ record: TrustRecord, number: Int, _ signer: FileHeader.Signer) {
        lines += ["", "CTL Record #:\(number)", "\t      ----"]
        addColumns()
        addField(1, "RECORDLENGTH", 2, "\(record.length)")
        addName(2, "DNSNAME", record.dnsName)
        addName(3, "SUBJECTNAME", record.subjectName)
        addField(4, "FUNCTION", 2, "\(record.role)")
        addName(5, "ISSUERNAME", record.issuerName)
        addBytes(6, "SERIALNUMBER", record.serialNumber) { $0.colons }
        addBytes(7, "PUBLICKEY", record.publicKey) { _ in nil }
        addBytes(8, "SIGNATURE", record.signature) { _ in nil }
        addBytes(9, "CERTIFICATE", record.certificate) {
            Fingerprint.sha1.of($0).hexadecimal(separator: " ", upperCase: true) + " (SHA1 Hash HEX)"
        }
        addBytes(10, "IPADDRESS", record.address) { TrustListJSON.address($0) }
        addBytes(11, "CERTHASH", record.certificateHash) { $0.hexadecimal(separator: " ", upperCase: true) }
        if let algorithm = record.hashAlgorithm { addField(12, "HASHALGORITHM", 1, "\(algorithm)") }
        guard record.role == .sast else { return }
        lines.append("This etoken was \(record.isFrom(signer) ? "" : "not ")used to sign the CTL file.")
    }

    private mutating func addColumns() {
        lines += ["BYTEPOS\tTAG\t\tLENGTH\tVALUE", "-------\t---\t\t------\t-----"]
    }

    private mutating func addName(_ tag: Int, _ name: String, _ value: Label?) {
        if let value { addField(tag, name, value.fieldLength, "\(value)") }
    }

    private mutating func addBytes(_ tag: Int, _ name: String, _ value: [UInt8]?, _ text: ([UInt8]) -> String?) {
        if let value { addField(tag, name, value.count, text(value)) }
    }

    private mutating func addField(_ tag: Int, _ name: String, _ length: Int, _ value: String?) {
        // Tabs stand every eight columns; the name's column is sixteen wide, or as wide as the name.
        let gap = name.utf8.count < 8 ? "\t\t" : "\t"
        let text = value.map { $0.isEmpty ? "" : "\t\($0)" } ?? ""
        lines.append("\(tag)\t\(name)\(gap)\(length)\(text)")
    }
}
