import Capture
import Wire

/// One packet as the reader delivered it.
struct ReadPacket: Equatable {
    var record: CaptureRecord
    var frame: [UInt8]
}

/// Everything a file yielded, up to its end or the error that stopped it.
struct ReadFile {
    var packets: [ReadPacket] = []
    var interfaces: [CaptureInterface] = []
    var warnings: [CaptureWarning] = []
    var warningCount = 0
    var skippedBlocks = 0
    var error: CaptureError?

    init(_ bytes: [UInt8]) {
        do throws(CaptureError) {
            try read(CaptureReader(bytes: bytes))
        } catch {
            self.error = error
        }
    }

    init(path: String) {
        do throws(CaptureError) {
            try read(CaptureReader(path: path))
        } catch {
            self.error = error
        }
    }

    private mutating func read(_ opened: consuming CaptureReader) throws(CaptureError) {
        var reader = opened
        do throws(CaptureError) {
            while let record = try reader.next() {
                var frame: [UInt8] = []
                reader.withFrame { bytes in frame = bytes.span.bytes(in: 0..<bytes.count) }
                packets.append(ReadPacket(record: record, frame: frame))
            }
        } catch {
            self.error = error
        }
        interfaces = reader.interfaces
        warnings = reader.warnings
        warningCount = reader.warningCount
        skippedBlocks = reader.skippedBlocks
    }

    var frames: [[UInt8]] { packets.map(\.frame) }
}

/// A stream of numbers that is the same in every run (SplitMix64).
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// An Ethernet frame with IPv4 and UDP to `port`, and `payload`; the IP checksum is right, that of UDP left out.
func udpFrame(to port: UInt16, _ payload: [UInt8]) -> [UInt8] {
    var writer = FieldWriter(.big)
    writer.bytes += [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0]
    var header = FieldWriter(.big)
    header.bytes += [0x45, 0]
    header.field(UInt16(28 + payload.count))
    header.bytes += [0, 1, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 198, 51, 100, 7]
    let sum = InternetChecksum.finish(InternetChecksum.add(header.bytes.span, in: 0..<20))
    header.bytes[10] = UInt8(sum >> 8)
    header.bytes[11] = UInt8(sum & 0xff)
    writer.bytes += header.bytes
    writer.field(UInt16(40_000))
    writer.field(port)
    writer.field(UInt16(8 + payload.count))
    writer.field(UInt16(0))
    return writer.bytes + payload
}
