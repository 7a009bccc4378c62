import Wire

/// A classic pcap file in memory (microseconds), as a machine of either byte order writes it, for oracles that read
/// captures.
public func pcapBytes(_ packets: [[UInt8]], linkType: LinkType = .raw, littleEndian: Bool = true) -> [UInt8] {
    func word(_ value: UInt32) -> [UInt8] { bigEndian(littleEndian ? value.byteSwapped : value) }
    let version: UInt32 = littleEndian ? 0x0004_0002 : 0x0002_0004
    let header = [0xa1b2_c3d4, version, 0, 0, 262_144, linkType.rawValue].flatMap(word)
    return packets.enumerated().reduce(into: header) { file, packet in
        let length = UInt32(packet.element.count)
        file += [UInt32(packet.offset), 0, length, length].flatMap(word) + packet.element
    }
}

/// What tshark reads in `packets`: one row per packet, one column per field, multiple occurrences joined with commas.
/// Checksums are validated (`ip.checksum.status` and its like are then 1 when good and 0 when bad).
public func tshark(
    _ packets: [[UInt8]], fields: [String], linkType: LinkType = .raw, littleEndian: Bool = true
) throws -> [[String]] {
    let validate = ["ip", "udp", "tcp"].flatMap { ["-o", "\($0).check_checksum:TRUE"] }
    let columns = fields.flatMap { ["-e", $0] }
    let command = ["tshark", "-n", "-r", "-"] + validate + ["-T", "fields", "-E", "separator=|"] + columns
    let file = pcapBytes(packets, linkType: linkType, littleEndian: littleEndian)
    let result = try processOutput(command, stdin: file)
    guard result.status == 0 else { throw ProcessFailure(description: "tshark ended with \(result.status)") }
    return result.lines.map { line in
        line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    }
}
