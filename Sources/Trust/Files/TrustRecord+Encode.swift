import Wire

extension TrustRecord {
    /// A record for the holder of `certificate`, complete as Unified CM writes it.
    public init(role: TrustRole, certificate: Certificate, dnsName: Label, address: IPAddress) {
        self.init(role: role)
        let holder = FileHeader.Signer(certificate)
        self.dnsName = dnsName
        subjectName = holder.name
        issuerName = holder.issuer
        serialNumber = holder.serialNumber
        publicKey = certificate.publicKey.pkcs1DER
        signature = certificate.signatureBits
        self.certificate = certificate.der
        self.address = address.fileBytes
    }

    /// The fields that there are, in the order of their tags.
    func encode() throws(TrustError) -> [UInt8] {
        var fields = FieldWriter()
        if let dnsName { try fields.append(RecordTag.dnsName.rawValue, dnsName) }
        if let subjectName { try fields.append(RecordTag.subjectName.rawValue, subjectName) }
        try fields.append(RecordTag.function.rawValue, role.rawValue.fileBytes)
        if let issuerName { try fields.append(RecordTag.issuerName.rawValue, issuerName) }
        if let serialNumber { try fields.append(RecordTag.serialNumber.rawValue, serialNumber) }
        if let publicKey { try fields.append(RecordTag.publicKey.rawValue, publicKey) }
        if let signature { try fields.append(RecordTag.signature.rawValue, signature) }
        if let certificate { try fields.append(RecordTag.certificate.rawValue, certificate) }
        if let address { try fields.append(RecordTag.ipAddress.rawValue, address) }
        if let certificateHash { try fields.append(RecordTag.certificateHash.rawValue, certificateHash) }
        if let hashAlgorithm { try fields.append(RecordTag.hashAlgorithm.rawValue, [hashAlgorithm]) }
        // RECORDLENGTH counts its own five bytes.
        guard let length = UInt16(exactly: fields.bytes.count + 5) else {
            throw TrustError("a record of \(fields.bytes.count + 5) bytes is too long for a trust list")
        }
        return [RecordTag.recordLength.rawValue, 0, 2] + length.fileBytes + fields.bytes
    }
}

extension IPAddress {
    /// As in IPADDRESS: network order, four bytes or sixteen.
    var fileBytes: [UInt8] {
        guard !isV4 else { return v4.fileBytes }
        return [high, low].flatMap { UInt32($0 >> 32).fileBytes + UInt32(truncatingIfNeeded: $0).fileBytes }
    }
}
