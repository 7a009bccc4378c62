import Capture
import ConfigLanguage
import Inspection
import Wire

/// One `capture` command with its buffer.
final class ActiveCapture {
    let definition: CaptureDefinition
    let buffer: CaptureBuffer
    /// `nil`: of all interfaces.
    private let interfaces: Set<UInt8>?
    /// What a packet must match: the `match` clauses, or the named access list.
    private let entries: [AccessEntry]?
    private let dropReason: DropReason?
    /// Of type tls-proxy.
    private let decrypted: DecryptedCapture?

    init(_ definition: CaptureDefinition, _ names: InterfaceNames, _ lists: [AccessList]) {
        self.definition = definition
        buffer = CaptureBuffer(
            capacity: definition.buffer, isCircular: definition.isCircular, packetLength: definition.packetLength)
        interfaces =
            definition.interfaces.isEmpty
            ? nil : Set(definition.interfaces.compactMap { names.index(of: $0)?.rawValue })
        decrypted = definition.kind == .tlsProxy ? DecryptedCapture(definition) : nil
        if let name = definition.accessList {
            entries = lists.first { $0.name == name }?.entries ?? []
        } else {
            entries = definition.matches.isEmpty ? nil : definition.matches
        }
        if case .aspDrop(let reason) = definition.kind {
            dropReason = reason.flatMap { DropReason.named($0) }
        } else {
            dropReason = nil
        }
    }

    func keepArrival(_ packet: Span<UInt8>, _ verdict: Verdict, _ comment: String, at time: Timestamp) {
        guard isWanted(verdict), isWatched(verdict.ingress), matches(packet) else { return }
        append(packet, verdict.ingress, comment, at: time)
    }

    func keepDeparture(_ packet: Span<UInt8>, _ egress: InterfaceIndex?, _ comment: String, at time: Timestamp) {
        guard case .rawData = definition.kind, let egress, isWatched(egress), matches(packet) else { return }
        append(packet, egress, comment, at: time)
    }

    /// Whether packets are wanted, and not what phones have said behind their TLS.
    var seesPackets: Bool { decrypted == nil }

    func keep(_ piece: SignallingPiece, at time: Timestamp) {
        decrypted?.show(piece) { keepDecrypted($0, $1, $2, at: time) }
    }

    func end(_ stream: HandStreamID, _ side: HandStreamSide?, at time: Timestamp) {
        decrypted?.end(stream, side) { keepDecrypted($0, $1, $2, at: time) }
    }

    private func keepDecrypted(
        _ packet: [UInt8], _ interface: InterfaceIndex, _ comment: String, at time: Timestamp
    ) {
        guard isWatched(interface), matches(packet.span) else { return }
        append(packet.span, interface, comment, at: time)
    }

    func clear() {
        buffer.clear()
        decrypted?.clear()
    }

    private func append(
        _ packet: Span<UInt8>, _ interface: InterfaceIndex, _ comment: String, at time: Timestamp
    ) {
        let length = definition.headersOnly ? headerLength(packet) : packet.count
        buffer.append(
            frame: packet.extracting(0..<length), interface: Int(interface.rawValue), timestamp: time,
            wireLength: packet.count, comment: comment)
    }

    private func isWanted(_ verdict: Verdict) -> Bool {
        switch definition.kind {
        case .rawData: true
        case .aspDrop(let reason):
            verdict.action == .drop && (reason == nil || verdict.reason == dropReason)
        case .tlsProxy: false
        }
    }

    private func isWatched(_ interface: InterfaceIndex) -> Bool {
        interfaces?.contains(interface.rawValue) ?? true
    }

    /// A packet matches in either direction, as on the ASA: an answer is as interesting as its question.
    private func matches(_ packet: Span<UInt8>) -> Bool {
        guard let entries else { return true }
        guard let shape = PacketShape(packet) else { return false }
        return entries.contains { $0.action == .permit && (shape.matches($0) || shape.reversed.matches($0)) }
    }

    private func headerLength(_ packet: Span<UInt8>) -> Int {
        PacketShape(packet)?.headerLength ?? packet.count
    }
}

/// Protocol, addresses and ports of a packet, for `match` and `access-list`.
private struct PacketShape {
    var transport: IPProtocol
    var source: Endpoint
    var destination: Endpoint
    var headerLength: Int

    init?(_ packet: Span<UInt8>) {
        guard let ip = try? IPHeader.decode(packet, allowTruncation: true) else { return nil }
        transport = ip.transport
        headerLength = ip.transportOffset
        var ports: (UInt16, UInt16) = (0, 0)
        if ip.fragmentOffset == 0, ip.transport == .udp || ip.transport == .tcp, ip.transportLength >= 8 {
            ports = (packet.uint16(at: ip.transportOffset), packet.uint16(at: ip.transportOffset + 2))
            headerLength += ip.transport == .udp ? UDPHeader.length : TCPHeader.minimumLength
        }
        headerLength = min(headerLength, packet.count)
        source = Endpoint(ip.source, ports.0)
        destination = Endpoint(ip.destination, ports.1)
    }

    var reversed: PacketShape {
        var other = self
        swap(&other.source, &other.destination)
        return other
    }

    func matches(_ entry: AccessEntry) -> Bool {
        (entry.transport == nil || entry.transport == transport)
            && entry.source.matches(source.address) && entry.sourcePorts.matches(source.port)
            && entry.destination.matches(destination.address) && entry.destinationPorts.matches(destination.port)
    }
}
