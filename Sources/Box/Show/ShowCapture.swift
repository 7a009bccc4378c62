import ConfigLanguage
import Wire

/// `show capture` and `show capture NAME`.
enum ShowCapture {
    static func text(_ captures: [CaptureStatus]) -> String {
        captures.map { capture in
            let definition = capture.definition
            let interfaces = definition.interfaces.map { " interface \($0)" }.joined()
            let state = capture.isFull ? "Buffer Full" : "Capturing"
            return "capture \(definition.name) type \(kind(definition))\(interfaces) [\(state) - \(capture.bytes) bytes]"
        }.joined(separator: "\n")
    }

    private static func kind(_ definition: CaptureDefinition) -> String {
        switch definition.kind {
        case .rawData: "raw-data"
        case .aspDrop(let reason): "asp-drop \(reason ?? "all")"
        case .tlsProxy: "tls-proxy"
        }
    }

    static func text(_ packets: [CapturedPacket]) -> String {
        (["", "\(packets.count) packets captured", ""]
            + packets.map { packet in
                let number = String(packet.number)
                return String(repeating: " ", count: max(4 - number.count, 0)) + number + ": "
                    + "\(ClockText.timeOfDay(packet.time))       \(PacketLine.text(packet.packet))"
                    + (packet.comment.map { "\n      \($0)" } ?? "")
            } + ["\(packets.count) packets shown"])
            .joined(separator: "\n")
    }

    static func json(_ captures: [CaptureStatus]) -> JSONValue {
        .array(
            captures.map {
                .object([
                    ("name", .string($0.definition.name)),
                    ("type", .string(kind($0.definition))),
                    ("interfaces", .array($0.definition.interfaces.map { .string($0) })),
                    ("packets", .count($0.packets)),
                    ("bytes", .count($0.bytes)),
                    ("missed", .count($0.missed)),
                    ("full", .bool($0.isFull)),
                ])
            })
    }

    static func json(_ packets: [CapturedPacket]) -> JSONValue {
        .array(
            packets.map {
                .object([
                    ("number", .count($0.number)),
                    ("time", .decimal(Double($0.time.nanoseconds) / 1e9)),
                    ("summary", .string(PacketLine.text($0.packet))),
                    ("comment", .optional($0.comment) { .string($0) }),
                ])
            })
    }
}

/// One packet on one line, as `show capture` prints it.
enum PacketLine {
    static func text(_ packet: [UInt8]) -> String {
        let bytes = packet.span
        guard let ip = try? IPHeader.decode(bytes, allowTruncation: true) else { return "\(packet.count) bytes, no IP" }
        if ip.transport == .udp, let udp = try? UDPHeader.decode(bytes, ip) {
            return "\(ip.source).\(udp.sourcePort) > \(ip.destination).\(udp.destinationPort):  udp \(udp.payload.count)"
        }
        if ip.transport == .tcp, let tcp = try? TCPHeader.decode(bytes, ip) {
            return "\(ip.source).\(tcp.sourcePort) > \(ip.destination).\(tcp.destinationPort): "
                + "\(flags(tcp.flags)) \(tcp.sequence):\(tcp.sequence &+ UInt32(tcp.payload.count))"
                + "(\(tcp.payload.count)) win \(tcp.window)"
        }
        return "\(ip.source) > \(ip.destination):  \(ip.transport) \(ip.transportLength)"
    }

    private static func flags(_ flags: TCPHeader.Flags) -> String {
        let names: [(TCPHeader.Flags, String)] = [(.syn, "S"), (.fin, "F"), (.reset, "R"), (.push, "P")]
        let set = names.filter { flags.contains($0.0) }.map(\.1).joined()
        return set.isEmpty ? "." : set
    }
}
