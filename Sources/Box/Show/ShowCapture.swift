import ConfigLanguage
import Wire

/// `show capture` and `show capture NAME`.
enum ShowCapture {
    static func text(_ captures: [CaptureStatus]) -> String {
        captures.flatMap { capture in
            let state = capture.isFull ? "Buffer Full" : "Capturing"
            return ["\(command(capture.definition)) [\(state) - \(capture.bytes) bytes]"]
                + capture.definition.matches.map { "  \($0.text)" }
        }.joined(separator: "\n")
    }

    /// The command that makes such a capture, without what is as the ASA has it by itself.
    private static func command(_ definition: CaptureDefinition) -> String {
        let usual = CaptureDefinition(name: definition.name)
        var words = ["capture", definition.name, "type", kind(definition)]
        if let list = definition.accessList { words += ["access-list", list] }
        if definition.buffer != usual.buffer { words += ["buffer", String(definition.buffer)] }
        if definition.packetLength != usual.packetLength {
            words += ["packet-length", String(definition.packetLength)]
        }
        if definition.isCircular { words.append("circular-buffer") }
        if definition.headersOnly { words.append("headers-only") }
        if definition.includesKeys { words += ["include", "keys"] }
        for interface in definition.interfaces { words += ["interface", interface] }
        return words.joined(separator: " ")
    }

    private static func kind(_ definition: CaptureDefinition) -> String {
        switch definition.kind {
        case .rawData: "raw-data"
        case .aspDrop(let reason): "asp-drop \(reason ?? "all")"
        case .tlsProxy: "tls-proxy"
        }
    }

    static func text(_ packets: [CapturedPacket]) -> String {
        let count = packets.count == 1 ? "1 packet" : "\(packets.count) packets"
        return (["", "\(count) captured", ""] + packets.map(line) + ["\(count) shown"]).joined(separator: "\n")
    }

    private static func line(_ packet: CapturedPacket) -> String {
        let number = String(packet.number)
        return String(repeating: " ", count: max(4 - number.count, 0)) + number + ": "
            + "\(ClockText.timeOfDay(packet.time))       \(PacketLine.text(packet.packet))"
            + (packet.comment.map { "\n      \($0)" } ?? "")
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
