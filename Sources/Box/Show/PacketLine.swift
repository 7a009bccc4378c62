import Wire

/// One packet on one line, as `show capture` prints it.
enum PacketLine {
    static func text(_ packet: [UInt8]) -> String {
        let bytes = packet.span
        guard let ip = try? IPHeader.decode(bytes, allowTruncation: true) else { return "\(packet.count) bytes, no IP" }
        if ip.transport == .udp, let udp = try? UDPHeader.decode(bytes, ip) {
            return
                "\(ip.source).\(udp.sourcePort) > \(ip.destination).\(udp.destinationPort):  udp \(udp.payload.count)"
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
