/// What a message may have at most; more is refused, with a reason of its own. No phone or server comes near.
public enum SIPLimits {
    /// Bytes of the first line.
    public static let startLine = 8192
    /// Bytes from the start line to the empty line.
    public static let headerSection = 65_536
    /// Bytes behind the empty line.
    public static let body = 262_144
    /// Header lines, folded ones counted once.
    public static let headers = 256
    /// Values of one header name, over all of its lines.
    public static let values = 256
    /// Parameters of one value or URI.
    public static let parameters = 64
    /// Parts of a multipart body, at all depths together.
    public static let parts = 32
    /// Multipart bodies within each other.
    public static let depth = 4
}
