import Capture
import Testing

/// Recorded captures that stand next to the checkout, where there are any: each is read to its end, and yields as
/// many packets as tshark counted.
@Suite("Recorded captures")
struct RecordedCapturesTests {
    struct Recording: Sendable, CustomTestStringConvertible {
        var path: String
        var name: String
        var packets: Int
        var testDescription: String { name }
    }

    /// The folder of captures: beside the checkout, or one level above for a checkout among others.
    private static let folder: String? = {
        let root = #filePath.split(separator: "/").dropLast(3)
        return [1, 2].lazy
            .map { "/" + root.dropLast($0).joined(separator: "/") + "/shared/captures" }
            .first { (try? status(ofFile: "\($0)/facts.json")) != nil }
    }()

    static let recordings: [Recording] = {
        guard let folder, let facts = try? text(ofFile: "\(folder)/facts.json") else { return [] }
        var recordings: [Recording] = []
        var name: Substring?
        // Names of files are indented by one, their facts by two.
        for line in facts.split(separator: "\n") {
            if line.hasPrefix(" \""), line.hasSuffix("\": {") { name = line.dropFirst(2).dropLast(4) }
            guard let file = name, !file.hasSuffix(".gz"), line.hasPrefix("  \"packets\": ") else { continue }
            let digits = line.dropFirst(13).prefix { $0.isNumber }
            recordings.append(Recording(path: "\(folder)/\(file)", name: String(file), packets: Int(digits) ?? -1))
        }
        return recordings
    }()

    @Test("hold as many packets as tshark says", arguments: recordings)
    func packetCounts(_ recording: Recording) {
        let read = ReadFile(path: recording.path)
        #expect(read.error == nil)
        #expect(read.packets.count == recording.packets)
        #expect(read.warnings.map(\.kind) == (Self.cutShort.contains(recording.name) ? [.cutShort] : []))
    }

    /// Recordings that end in the middle of a packet.
    static let cutShort = ["net/wireshark_trunc.pcap"]

    /// Custom blocks hold no packet, but tshark lists and counts them.
    static let customBlocks = ["test017.pcapng": 4, "test018.pcapng": 4, "test102.pcapng": 3]

    static let pairs: [String] = {
        guard let folder else { return [] }
        return (1...999).map { number in
            let digits = String(number)
            return "test" + String(repeating: "0", count: 3 - digits.count) + digits + ".pcapng"
        }.filter { (try? status(ofFile: "\(folder)/net/gopacket-pcapng/be/\($0)")) != nil }
    }()

    @Test("big-endian and little-endian files of the same packets agree", arguments: pairs)
    func byteOrders(_ name: String) throws {
        let folder = try #require(Self.folder)
        let big = ReadFile(path: "\(folder)/net/gopacket-pcapng/be/\(name)")
        let little = ReadFile(path: "\(folder)/net/gopacket-pcapng/le/\(name)")
        #expect(big.error == nil)
        #expect(little.error == nil)
        #expect(big.packets == little.packets)
        let facts = try text(ofFile: "\(folder)/net/gopacket-pcapng/facts.tsv").split(separator: "\n")
        let row = try #require(facts.first { $0.hasPrefix("./be/\(name)\t") }).split(separator: "\t")
        #expect(big.packets.count + (Self.customBlocks[name] ?? 0) == Int(row[1]))
        #expect(big.interfaces == little.interfaces)
        #expect(big.warnings.map(\.kind) == little.warnings.map(\.kind))
    }
}
