import Wire

/// Work that the brain has a hand do, since it takes a private key, or asks the network.
///
/// Errands wait in ``Engine/takeErrands()``; whoever did one hands its ``Outcome`` back, at once or much later.
/// What the brain waits for has a deadline there, so a hand that never answers stops nothing for good.
public struct Errand: Sendable {
    public enum Kind: Sendable {
        /// Make `NAME.sgn` of a whole file. `name` is the file name as the phone asked for it, with `.sgn`; `time` goes
        /// into the header, so that the same recording gives the same bytes.
        case sign(name: String, body: [UInt8], time: Timestamp)
        /// Find the address of a host.
        case resolve(host: String)
    }

    public enum Outcome: Sendable {
        /// The signed file, whole.
        case signed([UInt8])
        case resolved(IPAddress)
        /// In words for a log line; never a secret.
        case failed(String)
    }

    /// Unique in the life of an engine.
    public var id: UInt64
    public var kind: Kind

    public init(id: UInt64, kind: Kind) {
        self.id = id
        self.kind = kind
    }
}
