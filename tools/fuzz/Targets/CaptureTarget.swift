import Capture
import TestSupport
import Wire

/// The whole input is a capture file, classic or pcapng.
func capturePromise(_ input: Span<UInt8>) -> String? {
    guard var reader = try? CaptureReader(bytes: input.bytes(in: 0..<input.count)) else { return nil }
    var captured = 0
    while let record = try? reader.next() {
        guard record.capturedLength <= CaptureLimits.packetLength else { return "a packet longer than the limit" }
        var length = -1
        reader.withFrame { length = $0.count }
        guard length == record.capturedLength else { return "a frame that is not as long as its record says" }
        captured += length
        // Nothing makes more bytes than the file has.
        guard captured <= input.count else { return "more bytes than the file has" }
    }
    return reader.interfaces.count <= CaptureLimits.interfaces ? nil : "more interfaces than the limit"
}

func captureSeeds() -> [FuzzTarget.Seed] {
    let packet = PacketBuilder(from: IPAddress(v4: 0xc000_0202), to: IPAddress(v4: 0xc633_6405))
        .udp(from: 50_000, to: 69, TFTPBytes.readRequest("SEP001122334455.cnf.xml"))
    return [
        .init(name: "classic", bytes: pcapBytes([packet, packet])),
        .init(name: "pcapng", bytes: pcapngBytes(packet)),
    ]
}

private func pcapngBytes(_ packet: [UInt8]) -> [UInt8] {
    let interfaces = [
        CaptureInterface(name: "outside", linkType: .raw, snapLength: 128, description: "towards the phones"),
        CaptureInterface(name: "inside", linkType: .ethernet),
    ]
    guard var writer = try? PcapngWriter(memoryLimit: 65_536, interfaces: interfaces) else { return [] }
    let frame = LinkFrames.ethernet(packet)
    let moment = Timestamp(seconds: 1_700_000_000, nanoseconds: 123_456_789)
    try? writer.write(
        frame: packet.span, interface: 0, timestamp: moment, wireLength: packet.count, comment: "forward",
        direction: .inbound)
    try? writer.write(frame: frame.span, interface: 1, timestamp: moment, wireLength: frame.count)
    try? writer.close(statistics: [InterfaceStatistics(received: 1, dropped: 0, at: moment)])
    return writer.contents
}
