import TestSupport
import Testing
import Wire

@testable import benchmarks

/// The recording is what the replay benchmark says it is.
struct RecordingTests {
    @Test("tshark finds TFTP, SIP and RTP in it, and nothing malformed")
    func dissected() throws {
        let packets = PhoneScript(phone: 7, server: try address("192.0.2.101")).packets()
        let rows = try tshark(packets, fields: ["_ws.col.Protocol", "_ws.malformed", "udp.checksum.status"])
        let counts = Dictionary(grouping: rows, by: { $0[0] }).mapValues(\.count)
        #expect(counts["TFTP"] == 81)
        #expect(counts["RTP"] == 120)
        #expect((counts["SIP"] ?? 0) + (counts["SIP/SDP"] ?? 0) == 9)
        #expect(rows.allSatisfy { $0[1].isEmpty && $0[2] == "1" })
    }
}
