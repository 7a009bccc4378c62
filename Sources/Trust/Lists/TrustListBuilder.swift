import ConfigLanguage
import Wire

/// Makes the trust list that `ctl-file` describes.
///
/// Which records there are, and why. The command reference says that the box makes one entry of its own, with the function
/// CUCM+TFTP; what phones look at when they connect is known in outline only. So the list is such that each way to look
/// leads to the right certificate:
///
/// 1. The SASTs, without name and address, as Unified CM writes tokens. Phones take the next list from one of them only.
/// 2. `_internal_PP_<ctl-file>` as CCM+TFTP, once for each address under which phones see a call server or TFTP server.
///    The TLS proxy shows its certificate (`server trust-point`) and its key signs the phones' files, so a phone that looks
///    for the address it connected to, for the signer of a file, or for the first server that fits, finds it here. Name
///    and address are those that the phones' configuration files are rewritten to.
/// 3. The `record-entry` lines in their order, with the administrator's trustpoints.
/// 4. What `cluster-ctl-file` brings: its servers that have a certificate. Its SASTs are left out, as they sign for the
///    cluster and not for this box, and phones keep two SASTs at most.
public struct TrustListBuilder {
    public struct Result: Sendable {
        /// `CTLFile.tlv`, whole.
        public var bytes: [UInt8]
        /// Whether it is the list from before, byte by byte.
        public var isKept: Bool
        /// What the administrator should know.
        public var warnings: [String]
    }

    let definition: CTLFileDefinition
    private let trustpoint: (_ name: String) -> TrustStore.Identity?

    /// - Parameter trustpoint: looks a trustpoint up; `nil` when it has no certificate.
    public init(_ definition: CTLFileDefinition, trustpoint: @escaping (_ name: String) -> TrustStore.Identity?) {
        self.definition = definition
        self.trustpoint = trustpoint
    }

    func identity(_ name: String) throws(TrustError) -> TrustStore.Identity {
        guard let identity = trustpoint(name) else {
            throw TrustError("ctl-file \(definition.name): trustpoint \(name) has no certificate")
        }
        return identity
    }

    /// - Parameters:
    ///   - cluster: what `cluster-ctl-file` names, verified (``ClusterList``).
    ///   - previous: the list that was made last, to which this one stays equal when nothing changed.
    ///   - time: goes into the list, unless the one before was later.
    public func build(cluster: TrustList?, previous: [UInt8]?, time: Timestamp) throws(TrustError) -> Result {
        guard !definition.isShutdown else {
            throw TrustError("ctl-file \(definition.name) is shut down; no shutdown makes the list")
        }
        var warnings: [String] = []
        let before = previous.flatMap { Self.read($0, &warnings) }
        let records = try self.records(cluster: cluster)
        let signer = try SASTChoice(self).signer(before: before, &warnings)
        var time = time
        if let previous, let seconds = before?.header.timestamp {
            // A signature of this kind is the same each time, so an equal list is equal to the last byte.
            let last = Timestamp(seconds: Int64(seconds))
            if try TrustList.make(records, signer: signer, time: last) == previous {
                return Result(bytes: previous, isKept: true, warnings: warnings)
            }
            time = max(time, last)
        }
        let bytes = try TrustList.make(records, signer: signer, time: time)
        return Result(bytes: bytes, isKept: false, warnings: warnings)
    }

    /// The list from before, if it is whole.
    private static func read(_ bytes: [UInt8], _ warnings: inout [String]) -> TrustList? {
        do throws(FileRejection) {
            return try TrustList.verify(bytes)
        } catch {
            warnings.append("the trust list that was made last is damaged (\(error)); a new one takes its place")
            return nil
        }
    }
}
