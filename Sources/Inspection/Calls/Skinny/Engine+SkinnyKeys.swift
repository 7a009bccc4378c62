import Wire

/// Keys for phones' media: of the server's giving where it gives any, else the box's own, new for each channel and
/// direction.
extension Engine {
    enum SkinnyProtection {
        case key(MediaProtection, isGiven: Bool)
        case plain
        /// In words for a log line.
        case refused(String)

        var key: MediaProtection? {
            if case .key(let key, _) = self { key } else { nil }
        }

        var isGiven: Bool {
            if case .key(_, true) = self { true } else { false }
        }
    }

    /// Skinny phones know of this suite alone.
    private static var suite: SRTPSuite { .aesCM128HMACSHA1x32 }

    /// Sees to it that the phone has a key for the direction that a message opens.
    mutating func protect(
        _ message: inout SkinnyMessage, isVideo: Bool, of stream: SignallingStream
    ) -> SkinnyProtection {
        switch message.encryption {
        case .key(let suite, let master): return .key(MediaProtection(suite: suite, key: master), isGiven: true)
        case .unusable: return .refused("the server wants media protected in a way that the box does not know")
        case .none, .impossible:
            if isVideo || stream.isAuthenticatedOnly { return .plain }
            guard let key = makeKey(Self.suite), message.setEncryption(key.suite, key.key) else {
                counters.skinny.unprotectable &+= 1
                return .refused("the phone's protocol version has no keys for media, which may not go unprotected")
            }
            counters.skinny.keysMade &+= 1
            return .key(key, isGiven: false)
        }
    }
}
