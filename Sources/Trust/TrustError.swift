/// Why something about keys, certificates or the files that phones trust could not be done. Never holds a secret.
public struct TrustError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
