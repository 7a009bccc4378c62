/// The key that a message gives a phone for one direction of a stream: what it receives with
/// (OpenReceiveChannel, OpenMultiMediaReceiveChannel) or transmits with (StartMediaTransmission,
/// StartMultiMediaTransmission).
extension SkinnyMessage {
    public enum Encryption: Hashable, Sendable {
        /// There is no room for a key: a message for a phone that knows of none.
        case impossible
        case none
        case key(SRTPSuite, SRTPMasterKey)
        /// An algorithm that the box does not speak, or a key that does not fit to it.
        case unusable

        public static func == (left: Encryption, right: Encryption) -> Bool {
            switch (left, right) {
            case (.impossible, .impossible), (.none, .none), (.unusable, .unusable): true
            case (.key(let suite, let key), .key(let otherSuite, let otherKey)):
                suite == otherSuite && key == otherKey
            default: false
            }
        }

        public func hash(into hasher: inout Hasher) {
            if case .key(let suite, let key) = self {
                hasher.combine(suite)
                hasher.combine(key.bytes)
            }
        }
    }

    /// Where key and salt stand in a message of this kind and length, from its first byte on. Beside a message's own header
    /// and length nothing has to be known for it.
    public static func keyRanges(in id: SkinnyMessageID, length: Int, headerVersion: UInt32) -> [Range<Int>] {
        let bearers: [SkinnyMessageID] = [
            .openReceiveChannel, .startMediaTransmission, .openMultiMediaReceiveChannel, .startMultiMediaTransmission,
        ]
        guard bearers.contains(id) else { return [] }
        let message = SkinnyMessage(id, length: length, headerVersion: headerVersion)
        return [.key, .salt].compactMap { message.range(of: $0) }
    }

    public var encryption: Encryption {
        guard let algorithm = number(.algorithmID), let key = contents(.key), let salt = contents(.salt),
            let keyLength = number(.keylen), let saltLength = number(.saltlen)
        else { return .impossible }
        guard algorithm != 0 else { return .none }
        guard let suite = Self.suite(algorithm), keyLength == suite.keyLength, saltLength == suite.saltLength,
            let master = SRTPMasterKey(Array(key.prefix(suite.keyLength)) + salt.prefix(suite.saltLength), for: suite)
        else { return .unusable }
        return .key(suite, master)
    }

    /// Puts a key in; `false`: there is no room for one, or none of this suite.
    @discardableResult
    public mutating func setEncryption(_ suite: SRTPSuite, _ master: SRTPMasterKey) -> Bool {
        guard let algorithm = Self.algorithm(suite), has(.salt), let keyRange = range(of: .key),
            let saltRange = range(of: .salt)
        else { return false }
        set(.algorithmID, to: algorithm)
        set(.keylen, to: UInt32(suite.keyLength))
        set(.saltlen, to: UInt32(suite.saltLength))
        bytes.replaceSubrange(keyRange, with: master.bytes.prefix(keyRange.count))
        let salt = Array(master.bytes.dropFirst(suite.keyLength).prefix(saltRange.count))
        bytes.replaceSubrange(saltRange, with: salt + [UInt8](repeating: 0, count: saltRange.count - salt.count))
        // No identifier in the packets, and keys derived once: what phones do.
        set(.isMKIPresent, to: 0)
        set(.keyDerivationRate, to: 0)
        return true
    }

    private static func suite(_ algorithm: UInt32) -> SRTPSuite? {
        switch algorithm {
        case 1: .aesCM128HMACSHA1x32
        case 2: .aesCM128HMACSHA1x80
        case 5: .aeadAES128GCM
        default: nil
        }
    }

    private static func algorithm(_ suite: SRTPSuite) -> UInt32? {
        switch suite {
        case .aesCM128HMACSHA1x32: 1
        case .aesCM128HMACSHA1x80: 2
        case .aeadAES128GCM: 5
        default: nil
        }
    }
}
