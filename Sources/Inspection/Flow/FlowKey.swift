import Wire

/// What tells one flow from another, as its packets look when they come in on `interface`.
public struct FlowKey: Hashable, Sendable {
    public var source: IPAddress
    public var destination: IPAddress
    public var sourcePort: UInt16
    public var destinationPort: UInt16
    public var transport: IPProtocol
    public var interface: InterfaceIndex

    public init(
        source: IPAddress, destination: IPAddress, sourcePort: UInt16, destinationPort: UInt16,
        transport: IPProtocol, interface: InterfaceIndex
    ) {
        self.source = source
        self.destination = destination
        self.sourcePort = sourcePort
        self.destinationPort = destinationPort
        self.transport = transport
        self.interface = interface
    }

    public var sourceEndpoint: Endpoint { Endpoint(source, sourcePort) }
    public var destinationEndpoint: Endpoint { Endpoint(destination, destinationPort) }

    /// The key of the answer to this packet, where it comes in on `interface` and nothing is translated.
    func reversed(on interface: InterfaceIndex) -> FlowKey {
        FlowKey(
            source: destination, destination: source, sourcePort: destinationPort, destinationPort: sourcePort,
            transport: transport, interface: interface)
    }

    /// Ports, protocol and interface in one word.
    private var small: UInt64 {
        UInt64(sourcePort) << 48 | UInt64(destinationPort) << 32 | UInt64(transport.rawValue) << 8
            | UInt64(interface.rawValue)
    }

    /// Faster than the synthesized one, field by field.
    @inline(__always)
    func matches(_ other: FlowKey) -> Bool {
        (source.low ^ other.source.low) | (destination.low ^ other.destination.low) | (small ^ other.small)
            | (source.high ^ other.source.high) | (destination.high ^ other.destination.high) == 0
    }

    /// A hash that a sender who does not know `seed` can not aim at one bucket.
    @inline(__always)
    func hash(seed: HashSeed) -> UInt32 {
        let first = Self.multiplyFold(source.high ^ seed.words.0, source.low ^ seed.words.1)
        let second = Self.multiplyFold(destination.high ^ seed.words.1, destination.low ^ seed.words.2)
        let both = Self.multiplyFold(first ^ small, second &+ seed.words.3)
        return UInt32(truncatingIfNeeded: both ^ both >> 32)
    }

    @inline(__always)
    private static func multiplyFold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}

/// What makes one process's hashes differ from another's. A driver on live traffic draws it at random.
public struct HashSeed: Sendable {
    let words: (UInt64, UInt64, UInt64, UInt64)

    public init(_ seed: UInt64) {
        // SplitMix64, so that any seed gives four well-mixed words.
        var state = seed
        func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var word = state
            word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
            word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
            return word ^ word >> 31
        }
        words = (next(), next(), next(), next())
    }
}
