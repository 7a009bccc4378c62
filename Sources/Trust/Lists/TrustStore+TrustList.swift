import ConfigLanguage
import Wire

extension TrustStore {
    /// The trust list of `definition`, as it is kept in the state folder: made anew only when something in it changed.
    ///
    /// - Parameter cluster: what `cluster-ctl-file` names, if the definition has one.
    public func trustList(
        _ definition: CTLFileDefinition, cluster: [UInt8]?, at now: Timestamp
    ) throws(TrustError) -> TrustListBuilder.Result {
        // Another process may be making the same list.
        let writer = try folder.writer()
        let fileName = try StoredItem.encoded(definition.name) + ".ctl.tlv"
        let previous = try folder.read(fileName, limit: FileLimits.readList)
        var clusterList: TrustList?
        if let cluster {
            clusterList = try ClusterList.read(cluster, path: definition.clusterFile ?? "")
        }
        let result = try TrustListBuilder(definition) { trustpoint(named: $0) }
            .build(cluster: clusterList, previous: previous, time: now)
        if !result.isKept { try writer.write(fileName, result.bytes) }
        return result
    }

    /// Who signs the phones' files: the trustpoint that the box made for its phone proxy.
    public func fileSigner(_ definition: CTLFileDefinition) throws(TrustError) -> FileSigner {
        guard let identity = trustpoint(named: definition.proxyTrustpoint) else {
            throw TrustError("trustpoint \(definition.proxyTrustpoint) has no certificate")
        }
        guard let key = identity.privateKey else {
            throw TrustError("trustpoint \(definition.proxyTrustpoint): its key pair is lost")
        }
        return try FileSigner(certificate: identity.certificate, key: key, digest: definition.digest)
    }
}
