import ConfigLanguage
import Wire

extension TrustListBuilder {
    /// The records in the list's order, each once.
    func records(cluster: TrustList?) throws(TrustError) -> [TrustRecord] {
        var records = try sastRecords() + internalRecords(cluster) + entryRecords()
        records += cluster.map(Self.servers) ?? []
        var seen: Set<TrustRecord> = []
        return records.filter { seen.insert($0).inserted }
    }

    private func sastRecords() throws(TrustError) -> [TrustRecord] {
        var records: [TrustRecord] = []
        for index in 0..<definition.sastCount {
            let certificate = try identity(definition.sastTrustpoint(index)).certificate
            records.append(
                TrustRecord(role: .sast, certificate: certificate, dnsName: Label([]), address: .anyV4))
        }
        return records
    }

    private func internalRecords(_ cluster: TrustList?) throws(TrustError) -> [TrustRecord] {
        let addresses = serverAddresses(cluster)
        guard !addresses.isEmpty else {
            throw TrustError("ctl-file \(definition.name) names no call server or TFTP server that phones could find")
        }
        let certificate = try identity(definition.proxyTrustpoint).certificate
        return addresses.map { address in
            TrustRecord(
                role: .ccmTFTP, certificate: certificate, dnsName: Label(trusted: address.description),
                address: address)
        }
    }

    /// Where phones see a call server or a TFTP server, in the list's order.
    private func serverAddresses(_ cluster: TrustList?) -> [IPAddress] {
        let named = definition.entries.filter { $0.role != .capf }.map(\.address)
        let found = (cluster?.records ?? []).filter { $0.role == .ccm || $0.role.signsFiles }.compactMap(
            \.serverAddress)
        var seen: Set<IPAddress> = []
        return (named + found).filter { seen.insert($0).inserted }
    }

    private func entryRecords() throws(TrustError) -> [TrustRecord] {
        var records: [TrustRecord] = []
        for entry in definition.entries {
            let certificate = try identity(entry.trustpoint).certificate
            records.append(
                TrustRecord(
                    role: TrustRole(entry.role), certificate: certificate, dnsName: try entry.dnsName(certificate),
                    address: entry.address))
        }
        return records
    }

    private static func servers(_ cluster: TrustList) -> [TrustRecord] {
        cluster.records.filter { $0.role != .sast && $0.certificate != nil }
    }
}

extension CTLFileDefinition.RecordEntry {
    /// `domain-name` is appended to the common name (command reference of `record-entry`); without it the record carries
    /// the address as text, which is what phones are told to connect to.
    fileprivate func dnsName(_ certificate: Certificate) throws(TrustError) -> Label {
        guard let domainName else { return Label(trusted: address.description) }
        let host = certificate.commonName ?? ""
        let isWhole = host.isEmpty || host == domainName || host.hasSuffix("." + domainName)
        let name = host.isEmpty ? domainName : isWhole ? host : "\(host).\(domainName)"
        guard let label = Label(name) else {
            throw TrustError("the name of record-entry \(trustpoint) has a zero byte")
        }
        return label
    }
}

extension TrustRecord {
    /// Where the holder is, if the record says: an IPADDRESS that is one, or a DNSNAME that is an address as text.
    var serverAddress: IPAddress? {
        if let address, address.count == 4, address != [0, 0, 0, 0] {
            return IPAddress(v4: address.reduce(0) { $0 << 8 | UInt32($1) })
        }
        return dnsName.flatMap { IPAddress($0.description) }
    }
}
