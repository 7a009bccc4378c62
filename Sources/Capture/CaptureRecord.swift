import Wire

/// An interface that packets were captured on.
public struct CaptureInterface: Hashable, Sendable {
    /// As the capturing machine called it; empty when the file does not say.
    public var name: String
    public var linkType: LinkType
    /// Longer packets were cut to this many bytes; 0 for no limit.
    public var snapLength: Int
    /// Free text; empty when the file does not say.
    public var description: String

    public init(name: String, linkType: LinkType, snapLength: Int = 0, description: String = "") {
        self.name = name
        self.linkType = linkType
        self.snapLength = snapLength
        self.description = description
    }
}

/// What is known about one captured packet beside its bytes.
public struct CaptureRecord: Hashable, Sendable {
    /// `nil` when the file has none (simple packet blocks) or one that ``Timestamp`` cannot hold.
    public var timestamp: Timestamp?
    /// Index into the reader's `interfaces`.
    public var interface: Int
    public var linkType: LinkType
    /// Bytes kept.
    public var capturedLength: Int
    /// Bytes that the packet had on the wire, never less than ``capturedLength``.
    public var wireLength: Int

    public init(timestamp: Timestamp?, interface: Int, linkType: LinkType, capturedLength: Int, wireLength: Int) {
        self.timestamp = timestamp
        self.interface = interface
        self.linkType = linkType
        self.capturedLength = capturedLength
        self.wireLength = wireLength
    }
}

/// Bounds on what files may ask for and on what is written.
public enum CaptureLimits {
    /// Bytes of one packet, as in libpcap and Wireshark.
    public static let packetLength = 262_144
    /// Bytes of one pcapng block, as in Wireshark.
    public static let blockLength = 16 << 20
    /// Interfaces in one file, over all its sections.
    public static let interfaces = 16_384
    /// Bytes kept of an interface's name, and of its description.
    public static let interfaceText = 1_024
    /// Bytes kept of a packet's comment.
    public static let comment = 4_096
}
