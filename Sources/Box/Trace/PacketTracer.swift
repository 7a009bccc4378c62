import ConfigLanguage
import Inspection
import Wire

/// `packet-tracer`: a made-up packet through an engine that has seen no other.
public struct PacketTracer: Sendable {
    public enum Transport: String, Sendable, CaseIterable {
        case udp, tcp

        var number: IPProtocol { self == .udp ? .udp : .tcp }
    }

    public struct Refusal: Error, CustomStringConvertible {
        public let description: String
    }

    let configuration: Configuration
    let names: InterfaceNames
    let ingress: InterfaceIndex
    let transport: Transport
    let source: Endpoint
    let destination: Endpoint

    /// - Parameter configuration: `nil`: everything is permitted and inspected, whatever `interface` is called.
    public init(
        _ configuration: Configuration?, interface: String, _ transport: Transport, from source: Endpoint,
        to destination: Endpoint
    ) throws(Refusal) {
        guard source.address.isV4 == destination.address.isV4 else {
            throw Refusal(description: "\(source.address) and \(destination.address) are not of one family")
        }
        self.configuration = configuration ?? .inspectEverything
        names = InterfaceNames(self.configuration)
        guard let index = configuration == nil ? InterfaceIndex(0) : names.index(of: interface) else {
            throw Refusal(description: "no interface is called \(interface) in the configuration")
        }
        ingress = index
        self.transport = transport
        self.source = source
        self.destination = destination
    }

    public func run() -> TraceReport {
        var engine = Engine(configuration)
        let key = FlowKey(
            source: source.address, destination: destination.address, sourcePort: source.port,
            destinationPort: destination.port, transport: transport.number, interface: ingress)
        // An inspection refuses what its protocol does not say, so the packet says something.
        let payload = engine.trafficClass(of: key) == .inspectTFTP ? Self.readRequest : []
        var packet = ProbePacket.bytes(key, payload: payload)
        var span = packet.mutableSpan
        let trace = engine.trace(&span, from: ingress, at: .zero)
        return TraceReport(self, trace, leaving: packet, accessLists: engine.accessLists)
    }

    /// RRQ "packet-tracer" in octet mode (RFC 1350 section 5).
    private static let readRequest = [0, 1] + Array("packet-tracer\0octet\0".utf8)
}

/// A packet of this program's own making.
enum ProbePacket {
    /// A datagram, or the SYN of a connection.
    static func bytes(_ key: FlowKey, payload: [UInt8]) -> [UInt8] {
        let transport = key.transport == .udp ? udp(key, payload) : tcp(key)
        var packet = (key.source.isV4 ? headerV4 : headerV6)(key, transport.count) + transport
        var span = packet.mutableSpan
        // What was just made can be read.
        if let ip = try? IPHeader.decode(span.span) {
            PacketChecksum.makeHeader(&span, ip)
            PacketChecksum.makeTransport(&span, ip)
        }
        return packet
    }

    private static func headerV4(_ key: FlowKey, _ length: Int) -> [UInt8] {
        let total = UInt16(truncatingIfNeeded: 20 + length)
        return [0x45, 0] + bytes(total) + [0, 0, 0, 0, 64, key.transport.rawValue, 0, 0] + bytes(key.source.v4)
            + bytes(key.destination.v4)
    }

    private static func headerV6(_ key: FlowKey, _ length: Int) -> [UInt8] {
        [0x60, 0, 0, 0] + bytes(UInt16(truncatingIfNeeded: length)) + [key.transport.rawValue, 64]
            + bytes(key.source.high) + bytes(key.source.low) + bytes(key.destination.high) + bytes(key.destination.low)
    }

    private static func udp(_ key: FlowKey, _ payload: [UInt8]) -> [UInt8] {
        let length = UInt16(truncatingIfNeeded: UDPHeader.length + payload.count)
        return bytes(key.sourcePort) + bytes(key.destinationPort) + bytes(length) + [0, 0] + payload
    }

    private static func tcp(_ key: FlowKey) -> [UInt8] {
        bytes(key.sourcePort) + bytes(key.destinationPort) + [UInt8](repeating: 0, count: 8)
            + [0x50, TCPHeader.Flags.syn.rawValue, 0xff, 0xff, 0, 0, 0, 0]
    }

    /// In network byte order.
    private static func bytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        stride(from: Value.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> Value($0)) }
    }
}
