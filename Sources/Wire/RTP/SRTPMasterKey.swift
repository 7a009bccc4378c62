/// A master key with its master salt, for one direction of one stream (RFC 3711 section 8.2).
///
/// Its description never shows it: no log, error or crash prints a key.
public struct SRTPMasterKey: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// Key, then salt: ``SRTPSuite/keyLength`` and ``SRTPSuite/saltLength`` bytes.
    public let bytes: [UInt8]

    /// `nil` unless `bytes` has the suite's length.
    public init?(_ bytes: [UInt8], for suite: SRTPSuite) {
        guard bytes.count == suite.keyLength + suite.saltLength else { return nil }
        self.bytes = bytes
    }

    public var description: String { "a master key" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
