/// The trust list of a cluster, which `cluster-ctl-file` names.
public enum ClusterList {
    /// Where `path` of the command is. `disk0:/` and `flash:/` are the box's own storage: the state directory.
    ///
    /// - Throws: for a file named as the box's own list is.
    public static func path(_ path: String, stateDirectory: String) throws(TrustError) -> String {
        guard path.split(whereSeparator: { $0 == "/" || $0 == ":" }).last?.lowercased() != "ctlfile.tlv" else {
            throw TrustError("cluster-ctl-file \(path): a file named CTLFile.tlv is the box's own list; rename it")
        }
        for storage in ["disk0:", "flash:"] where path.lowercased().hasPrefix(storage) {
            return stateDirectory + "/" + path.dropFirst(storage.utf8.count).drop { $0 == "/" }
        }
        return path.hasPrefix("/") ? path : stateDirectory + "/" + path
    }

    /// The list, verified.
    public static func read(_ file: [UInt8], path: String) throws(TrustError) -> TrustList {
        do throws(FileRejection) {
            return try TrustList.verify(file)
        } catch {
            throw TrustError("cluster-ctl-file \(path): \(error)")
        }
    }
}
