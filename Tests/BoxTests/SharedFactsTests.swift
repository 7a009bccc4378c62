import Inspection
import TestSupport
import Testing
import Wire

@testable import Box

/// Recordings of others, where a folder of them lies beside the checkout, with what tshark says is in them: packets, TFTP
/// requests, SIP messages and calls, and RTP streams.
@Suite struct SharedFactsTests {
    private static let folder = ["/../shared/captures", "/../../shared/captures"]
        .map { TestFiles.repositoryRoot() + $0 }
        .first { TestFiles.list($0).contains($0 + "/facts.json") }

    private static let facts: [String: Fact] = {
        guard let folder, let bytes = try? TestFiles.read(folder + "/facts.json") else { return [:] }
        return Fact.read(bytes)?.entries ?? [:]
    }()

    /// Where tshark and we differ, what we say, and why that is right.
    private enum Known {
        /// RTP streams that tshark names: of fewer packets than prove anything where nobody has announced them, as
        /// its heuristic takes one packet for RTP.
        static let tooShort: [String: Set<String>] = [
            "rtp/ndpi_wa_video.pcap": ["0x3a869c27 2", "0xfbdf7e8f 3"],
            "rtp/packetnet_ipv6_rtp.pcap": ["0x359f41e4 1"],
        ]
        /// The facts were made with tshark's RTP heuristic off, so that it found the announced part of a stream only, or
        /// none. With the heuristic on (`--enable-heuristic rtp_udp`) it counts as we do.
        static let partial: [String: (tshark: Set<String>, whole: Set<String>)] = [
            "sip-rtp/goffinet_sip-flow-private-2.pcapng": (["0x19cff233 3"], ["0x19cff233 402"]),
            "sip-rtp/goffinet_voip1b.pcapng": (["0x3adf0949 2"], ["0x3adf0949 32"]),
            "stun/ndpi_stun_classic.pcap": ([], ["0x3aa6d922 12", "0x47d66fde 8"]),
            // tshark counts two packets more: the heads of RTP packets that ICMP errors quote.
            "sip-rtp/goffinet_Forensic_challenge_4.pcap": (["0x42afe59b 1304"], ["0x42afe59b 1302"]),
        ]
        /// Its INVITE has `Content-Length: bad`, so nobody can tell where it ends (RFC 3261 section 20.14): a message, no
        /// call.
        static let unreadableCalls = ["sip/zeek_invalid-content-length.pcap": 1]
        /// Bytes of the messages were changed at random, also of their first lines, and which of those are SIP's depends on
        /// how much a reader puts up with: `INVITEKsip:…` is one more method to us, and none to tshark.
        static let fuzzed: Set<String> = ["sip/ndpi_fuzz-2006-06-26-2594.pcap"]
    }

    @Test(arguments: facts.keys.sorted())
    func aRecordingHasWhatTsharkFindsInIt(name: String) throws {
        let fact = try #require(Self.facts[name])
        let folder = try #require(Self.folder)
        let request = ReplayRequest(configuration: nil, files: [.init(path: "\(folder)/\(name)")])
        let report = try Replay(request).run()
        #expect(report.counters.read == UInt64(fact["packets"]?.count ?? -1))
        expectTFTP(report, fact["tftp"])
        guard !Known.fuzzed.contains(name) else { return }
        // In tls/ tshark had the keys.
        if let sip = fact["sip"], case .object = sip, !name.hasPrefix("tls/") { expectSIP(report, sip, name) }
        expectRTP(report, fact["rtp"], name)
    }

    private func expectTFTP(_ report: ReplayReport, _ fact: Fact?) {
        guard let requests = fact?["requests"]?.items else { return }
        let wanted = requests.map { "\($0["op"]?.string ?? "") \($0["file"]?.string ?? "")" }
        let found = report.tftp.map { "\($0.operation == .read ? "RRQ" : "WRQ") \($0.file)" }
        #expect(found.sorted() == wanted.sorted())
    }

    private func expectSIP(_ report: ReplayReport, _ fact: Fact, _ name: String) {
        #expect(report.sip.requests == fact["requests"]?.entries.compactMapValues(\.count))
        #expect(report.sip.responses == fact["responses"]?.entries.compactMapValues(\.count))
        #expect(report.sip.messages == fact["messages"]?.count)
        let calls = (fact["invite_call_ids"]?.count ?? 0) - (Known.unreadableCalls[name] ?? 0)
        #expect(report.sip.calls.count == calls)
    }

    private func expectRTP(_ report: ReplayReport, _ fact: Fact?, _ name: String) {
        var wanted = Set(
            (fact?["streams"]?.items ?? []).map { "\($0["ssrc"]?.string ?? "") \($0["packets"]?.count ?? 0)" })
        if let short = Known.tooShort[name] {
            #expect(short.isSubset(of: wanted))
            wanted.subtract(short)
        }
        if let (tshark, whole) = Known.partial[name] {
            #expect(tshark.isSubset(of: wanted))
            wanted = wanted.subtracting(tshark).union(whole)
        }
        let found = report.rtp.map { "\(Self.ssrc($0.ssrc)) \($0.packets)" }
        #expect(Set(found) == wanted)
    }

    private static func ssrc(_ number: UInt32) -> String {
        let digits = String(number, radix: 16)
        return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// Where the folder is there, its facts are.
    @Test(.enabled(if: folder != nil)) func theFactsAreRead() { #expect(Self.facts.count > 100) }
}
