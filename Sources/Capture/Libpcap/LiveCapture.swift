import Wire

/// Captures packets from a network device.
///
/// Opening needs privileges (`CAP_NET_RAW`), reading does not: open first, drop them then. Nothing here blocks but
/// ``wait(milliseconds:)``.
public struct LiveCapture: ~Copyable, Sendable {
    public struct Options: Hashable, Sendable {
        /// Longer packets are cut to this many bytes.
        public var snapLength = CaptureLimits.packetLength
        /// Whether packets for other stations are wanted, too.
        public var isPromiscuous = false
        /// Whether packets are handed over as they come, rather than in batches of ``timeoutMilliseconds``.
        public var isImmediate = true
        public var timeoutMilliseconds = 100
        /// Bytes that wait in the kernel at most.
        public var bufferSize = 4 << 20
        /// In tcpdump's language (pcap-filter(7)); `nil` for everything.
        public var filter: String?

        public init() {}
    }

    /// Packets since the device was opened. libpcap counts in 32 bits and starts again from 0.
    public struct Statistics: Hashable, Sendable {
        public var received: UInt64
        /// By the kernel, for want of room.
        public var dropped: UInt64
        /// By the device or its driver.
        public var droppedByInterface: UInt64
    }

    public let interface: CaptureInterface
    private var device: LiveDevice
    private var buffer: [UInt8]
    private var frameLength = 0

    /// Opens `device`, or all devices for `any`.
    public init(device name: String, options: Options = Options()) throws(CaptureError) {
        var options = options
        options.snapLength = min(max(options.snapLength, 1), CaptureLimits.packetLength)
        device = try LiveDevice(name, options)
        interface = CaptureInterface(name: name, linkType: device.linkType, snapLength: options.snapLength)
        buffer = [UInt8](repeating: 0, count: options.snapLength)
    }

    /// Becomes readable when packets wait: for `poll` and `epoll`.
    public var descriptor: Int32 { device.descriptor }

    /// What libpcap remarked on while opening (no promiscuous mode, for example); `nil` when nothing.
    public var remark: String? { device.remark }

    /// The next packet; `nil` when none waits. Throws when the device is gone.
    public mutating func next() throws(CaptureError) -> CaptureRecord? {
        guard let arrival = try device.next(into: &buffer) else { return nil }
        frameLength = arrival.capturedLength
        return CaptureRecord(
            timestamp: arrival.timestamp, interface: 0, linkType: device.linkType,
            capturedLength: arrival.capturedLength, wireLength: arrival.wireLength)
    }

    /// Runs `body` on the bytes of the record last returned, which it may change in place.
    public mutating func withFrame(_ body: (inout MutableSpan<UInt8>) -> Void) {
        let range = 0..<frameLength
        var all = buffer.mutableSpan
        var frame = all._mutatingExtracting(range)
        body(&frame)
    }

    /// Waits until a packet may be there, at most `milliseconds`; says whether it may.
    public func wait(milliseconds: Int) throws(CaptureError) -> Bool {
        try waitUntilReadable(descriptor, milliseconds: Int32(clamping: milliseconds), subject: interface.name)
    }

    public mutating func statistics() throws(CaptureError) -> Statistics { try device.statistics() }

    /// Gives the device back; releasing the value does the same.
    public consuming func close() {}
}
