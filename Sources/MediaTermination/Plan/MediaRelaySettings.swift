import Wire

/// A media termination address on a device. A global address is one of these for each device.
public struct MediaAddress: Sendable, Hashable {
    /// The Linux device's name.
    public var device: String
    public var address: IPAddress

    public init(_ device: String, _ address: IPAddress) {
        self.device = device
        self.address = address
    }
}

/// What a relay is given once, when it starts.
public struct MediaRelaySettings: Sendable {
    /// Threads; 1, 2, 4 … 64. Each owns the sessions of its port classes, whole.
    public var workers = 1
    /// Sessions at a time, over all workers.
    public var sessionLimit = 16_384
    /// Seconds for which a replaced receive key still opens what was sent under it.
    public var keyGrace: UInt32 = 2
    /// Packets that a device may hand over before the worker looks: at least; each takes 2 KiB, for each address and
    /// worker. Of a hundred calls it is a second and a half for which the worker's processor may be away.
    public var ringPackets = 8192
    /// What opens and seals SRTP: libsrtp2 where ``TransformSelfTest`` found a difference.
    public var transform = SRTPSession.Implementation.own
    /// SO_MARK of what is sent by the kernel's own way; 0 for none.
    public var mark: UInt32 = 0
    /// Processors to pin the workers to, in turn; empty: wherever the system likes.
    public var processors: [Int] = []
    /// Reports that wait for ``MediaRelay/takeReports()``, for each worker; what comes on top is counted.
    public var reportLimit = 4096

    public init() {}
}
