import MediaTestSupport
import TestSupport
import Testing
import Wire

@testable import MediaTermination

@Suite("How long a master key lasts")
struct KeyLifetimeTests {
    private func transform(_ direction: SRTPSession.Direction) throws -> StreamTransform {
        let suite = SRTPSuite.aesCM128HMACSHA1x80
        return try StreamTransform(suite, suite.key(3), direction)
    }

    private func protect(_ transform: inout StreamTransform, _ number: UInt16) -> TransformResult {
        var bytes = RTPBytes(number, ssrc: 5, payload: [1, 2, 3]).bytes
        let length = bytes.count
        bytes += [UInt8](repeating: 0, count: 20)
        var span = bytes.mutableSpan
        do throws(SRTPFailure) {
            let end = try transform.protect(&span, length)
            return .success(Array(bytes.prefix(end)))
        } catch {
            return .failure(error)
        }
    }

    @Test("the last index is 2^48 - 1, sending and receiving")
    func lastIndex() throws {
        var sender = try transform(.protect)
        var receiver = try transform(.unprotect)
        sender.resume(ssrc: 5, after: 1 << 48 - 2)
        receiver.resume(ssrc: 5, after: 1 << 48 - 2)
        var last = try protect(&sender, 65_535).get()
        let length = last.count
        var span = last.mutableSpan
        let opened = try receiver.unprotect(&span, length)
        #expect(opened == 15)
        #expect(protect(&sender, 0) == .failure(.keyExhausted))
        #expect(protect(&sender, 65_535) == .failure(.replayedDuplicate))
        var next = RTPBytes(0, ssrc: 5, payload: [UInt8](repeating: 0, count: 20)).bytes
        let nextLength = next.count
        #expect(throws: SRTPFailure.keyExhausted) {
            var span = next.mutableSpan
            _ = try receiver.unprotect(&span, nextLength)
        }
    }

    @Test("2^48 packets, whatever their sources")
    func budget() throws {
        var sender = try transform(.protect)
        sender.resume(ssrc: 5, after: 10, budget: 2)
        _ = try protect(&sender, 11).get()
        _ = try protect(&sender, 12).get()
        #expect(protect(&sender, 13) == .failure(.keyExhausted))
    }

    @Test("2^31 SRTCP packets")
    func controlBudget() throws {
        var sender = try transform(.protect)
        sender.nextControlIndex = 1 << 31 - 1
        let report = RTCPBytes.receiverReport(5)
        var bytes = report + [UInt8](repeating: 0, count: 20)
        var span = bytes.mutableSpan
        let end = try sender.protectRTCP(&span, report.count)
        #expect(Array(bytes[8..<12]) == [0xff, 0xff, 0xff, 0xff])
        var receiver = try transform(.unprotect)
        var back = bytes.mutableSpan
        let opened = try receiver.unprotectRTCP(&back, end)
        #expect(opened == 8)
        #expect(throws: SRTPFailure.keyExhausted) {
            var span = bytes.mutableSpan
            _ = try sender.protectRTCP(&span, report.count)
        }
    }
}

@Suite("Packet indices")
struct PacketIndexTests {
    @Test(
        "the nearest index with that sequence number (RFC 3711 section 3.3.1)",
        arguments: [
            (nil, 40_000, 40_000), (5, 6, 6), (5, 4, 4), (5, 65_535, 65_535), (40_000, 39_000, 39_000),
            (65_535, 0, 65_536), (65_536, 65_535, 65_535), (0x2_0005, 0xfff0, 0x1_fff0), (0x2_fff0, 5, 0x3_0005),
            (0x2_8000, 0, 0x2_0000), (0x2_8001, 0, 0x3_0000), (0x2_7fff, 0xffff, 0x2_ffff),
            (0x2_7ffe, 0xffff, 0x1_ffff),
        ] as [(UInt64?, UInt16, UInt64)])
    func estimates(_ highest: UInt64?, _ number: UInt16, _ expected: UInt64) {
        #expect(PacketIndex.estimate(number, highest: highest) == expected)
    }

    @Test("the window against a set of all indices, 100,000 steps")
    func window() throws {
        var random = SeededGenerator(seed: 3)
        var window = ReplayWindow(first: 1000)
        var used: Set<UInt64> = [1000]
        for _ in 0..<100_000 {
            let highest = try #require(used.max())
            let index = random.next() % 50 == 0 ? highest + random.next() % 400 : highest + 3 - random.next() % 140
            let expected: SRTPFailure? =
                index <= highest && highest - index >= 128
                ? .replayedOld : used.contains(index) ? .replayedDuplicate : nil
            var failure: SRTPFailure?
            do throws(SRTPFailure) { try window.check(index) } catch { failure = error }
            try #require(failure == expected)
            guard failure == nil else { continue }
            window.commit(index)
            used.insert(index)
            used = used.filter { $0 + 300 > max(highest, index) }
            #expect(window.highest == max(highest, index))
        }
    }
}

@Suite("The self-test")
struct SelfTestTests {
    @Test("sees a transform that is not the reference's", arguments: SRTPSuite.allCases)
    func difference(_ suite: SRTPSuite) throws {
        let (own, reference) = (try suite.key(1), try suite.key(2))
        let expected = TransformSelfTest.Difference(suite: suite, step: .protect, packet: 0)
        #expect(throws: expected) { try TransformSelfTest.compare(suite, own: own, reference: reference) }
        #expect(try TransformSelfTest.compare(suite, own: own, reference: own) > 64)
    }

    @Test("says nothing of the keys")
    func text() {
        let difference = TransformSelfTest.Difference(suite: .aeadAES256GCM, step: .unprotectRTCP, packet: 7)
        #expect("\(difference)" == "SRTP self-test: AEAD_AES_256_GCM differs from libsrtp at packet 7, unprotect RTCP")
    }
}
