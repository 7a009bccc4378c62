extension TrustList {
    /// Reads a list as a phone would before it takes it for its own.
    ///
    /// - Parameters:
    ///   - installed: the list that the phone has; `nil` for a phone without one, which trusts the first that it gets.
    ///   - fileName: what the phone asked for; `nil` when that is not known.
    public static func verify(
        _ file: [UInt8], installed: TrustList? = nil, fileName: String? = nil
    ) throws(FileRejection) -> TrustList {
        let list: TrustList
        do throws(FileFormatError) { list = try decode(file.span) } catch { throw .malformed(error) }
        try list.header.requireListName(fileName)
        for (index, record) in list.records.enumerated() { try record.verify(number: index + 1) }
        guard list.records.contains(where: { $0.role == .sast }) else { throw .noSAST }
        guard let signer = list.signer(in: list) else { throw .signerNotListed }
        if let installed {
            guard let known = list.signer(in: installed) else { throw .signerNotInstalled }
            guard known.record.publicKey == signer.record.publicKey else { throw .otherKeyInstalled }
        }
        try list.header.verifySignature(over: file, with: signer.record, number: signer.number)
        return list
    }

    /// The SAST record of `list` that this list's header names.
    private func signer(in list: TrustList) -> (record: TrustRecord, number: Int)? {
        list.record(of: header.signer) { $0 == .sast }
    }

    /// The first record of `signer` with a fitting role, and its number from 1.
    func record(
        of signer: FileHeader.Signer, _ fits: (TrustRole) -> Bool
    ) -> (record: TrustRecord, number: Int)? {
        guard let index = records.firstIndex(where: { fits($0.role) && $0.isFrom(signer) }) else { return nil }
        return (records[index], index + 1)
    }
}

extension TrustRecord {
    /// What a record says beside its certificate has to be what the certificate says: phones look at either.
    ///
    /// Names are not compared: they come in more than one spelling.
    fileprivate func verify(number: Int) throws(FileRejection) {
        guard let der = certificate else { return }
        let mismatch: FileFormatError.Field?
        guard subjectName != nil else { throw .incompleteRecord(number, .subjectName) }
        guard issuerName != nil else { throw .incompleteRecord(number, .issuerName) }
        guard serialNumber != nil else { throw .incompleteRecord(number, .serialNumber) }
        guard publicKey != nil else { throw .incompleteRecord(number, .publicKey) }
        do throws(TrustError) {
            let certificate = try X509Object(der: der)
            mismatch = firstMismatch(certificate)
        } catch {
            throw .unreadableCertificate(record: number, error.description)
        }
        if let mismatch { throw .notOfTheCertificate(record: number, mismatch) }
    }

    private func firstMismatch(_ certificate: borrowing X509Object) -> FileFormatError.Field? {
        if certificate.serialNumber != serialNumber { return .serialNumber }
        if certificate.publicKeyBits != publicKey { return .publicKey }
        return signature == nil || certificate.signatureBits == signature ? nil : .signature
    }
}

extension FileHeader {
    /// A trust list carries one of two names, so that nothing signed for another purpose passes for one.
    fileprivate func requireListName(_ requested: String?) throws(FileRejection) {
        guard fileName == TrustFileName.trustList || fileName == TrustFileName.identityList else {
            throw .wrongName(expected: TrustFileName.trustList, found: fileName)
        }
        if let requested { try requireName(requested) }
    }

    func requireName(_ requested: String) throws(FileRejection) {
        let expected = TrustFileName.inHeader(of: requested)
        guard fileName == expected else { throw .wrongName(expected: expected ?? Label([]), found: fileName) }
    }

    /// Everything but the SIGNATURE field is signed.
    func verifySignature(
        over file: [UInt8], with record: TrustRecord, number: Int
    ) throws(FileRejection) {
        guard let der = record.publicKey else { throw .incompleteRecord(number, .publicKey) }
        let key: PublicKey
        do throws(TrustError) { key = try PublicKey(pkcs1DER: der) } catch {
            throw .unusableKey(record: number, error.description)
        }
        let pieces = [file[..<signatureField.lowerBound], file[signatureField.upperBound...]]
        guard key.verify(pieces, signature: Array(file[signature]), digest: digest) else { throw .wrongSignature }
    }
}
