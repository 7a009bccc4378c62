import ConfigLanguage
import Trust
import Wire

/// What the box needs to answer phones' requests for files: its trust list, and who signs.
public struct PhoneFiles: Sendable {
    /// `CTLFile.tlv`.
    public let list: [UInt8]
    /// Signs configuration files and all others.
    public let signer: FileSigner
    /// The trustpoints as they are now, for `show crypto`.
    public let store: TrustStore
    /// What was made on the way, and what is not as the configuration would have it: for the log.
    public let made: [String]
    public let warnings: [String]

    /// Makes what the configuration declares and what is missing in the state directory, and keeps what is there.
    ///
    /// - Parameter time: for certificates and the list; `nil`: now.
    public static func prepare(
        _ configuration: Configuration, stateDirectory: String, at time: Timestamp? = nil
    ) throws(TrustError) -> PhoneFiles {
        let definition = try ctlFile(of: configuration)
        guard !definition.isShutdown else {
            throw TrustError("ctl-file \(definition.name) is shut down; no shutdown makes its list")
        }
        let now = time ?? WallClock.now
        let cluster = try clusterList(definition, stateDirectory)
        var store = try TrustStore(directory: stateDirectory)
        let enrollment = try store.bring(configuration, at: now)
        let list = try store.trustList(definition, cluster: cluster, at: now)
        return PhoneFiles(
            list: list.bytes, signer: try store.fileSigner(definition), store: store,
            made: enrollment.made + (list.isKept ? [] : ["ctl-file \(definition.name): \(list.bytes.count) bytes"]),
            warnings: enrollment.problems + list.warnings)
    }

    /// The one that the phone proxy names, or the only one.
    static func ctlFile(of configuration: Configuration) throws(TrustError) -> CTLFileDefinition {
        if let name = configuration.phoneProxy?.ctlFile {
            guard let definition = configuration.ctlFiles[name] else {
                throw TrustError("there is no ctl-file \(name)")
            }
            return definition
        }
        guard let first = configuration.ctlFiles.values.first else {
            throw TrustError("the configuration has no ctl-file")
        }
        guard configuration.ctlFiles.count == 1 else {
            throw TrustError("there are several ctl-files, and no phone-proxy that names one")
        }
        return first
    }

    private static func clusterList(
        _ definition: CTLFileDefinition, _ stateDirectory: String
    ) throws(TrustError) -> [UInt8]? {
        guard let path = definition.clusterFile else { return nil }
        return try WholeFile.orTrustError(try ClusterList.path(path, stateDirectory: stateDirectory))
    }
}

extension WholeFile {
    /// A list or a signed file.
    static func orTrustError(_ path: String) throws(TrustError) -> [UInt8] {
        do throws(FileError) {
            return try read(path, limit: FileLimits.signedFile)
        } catch {
            throw TrustError(error.description)
        }
    }
}
