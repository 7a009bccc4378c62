import MediaTermination
import MediaTestSupport
import TestSupport
import Testing
import Wire

/// What a session promises, whoever does the work.
@Suite("SRTP sessions")
struct SRTPSessionTests {
    static let combinations = SRTPSuite.allCases.flatMap { suite in
        SRTPSession.Implementation.allCases.map { (suite, $0) }
    }

    private func session(
        _ suite: SRTPSuite, _ direction: SRTPSession.Direction, _ implementation: SRTPSession.Implementation,
        key: UInt64 = 1
    ) throws -> SRTPSession {
        try SRTPSession(
            suite: suite, masterKey: suite.key(key), direction: direction, implementation: implementation)
    }

    private func packet(_ number: UInt16, ssrc: UInt32 = 5) -> [UInt8] {
        RTPBytes(number, ssrc: ssrc, timestamp: UInt32(number) &* 160, payload: [UInt8](repeating: 0x55, count: 160))
            .bytes
    }

    @Test("nothing of the payload is left to read, and the overhead is the suite's", arguments: combinations)
    func overhead(_ suite: SRTPSuite, _ implementation: SRTPSession.Implementation) throws {
        var sender = try session(suite, .protect, implementation)
        let plain = packet(1)
        let protected = try sender.work(on: plain).get()
        #expect(protected.count == plain.count + suite.tagLength)
        #expect(protected.prefix(12) == plain.prefix(12))
        #expect(zip(protected[12..<172], plain[12..<172]).count { $0 == $1 } < 10)

        let report = RTCPBytes.senderReport(5, about: [6, 7, 8])
        let control = try sender.work(on: report, .rtcp).get()
        #expect(control.count == report.count + 4 + suite.controlTagLength)
        #expect(control.count - report.count <= SRTPSession.maximumOverhead)
        #expect(control.prefix(8) == report.prefix(8))
        #expect(zip(control[8..<report.count], report[8...]).count { $0 == $1 } < 20)
    }

    @Test("a wrong bit anywhere is refused, and disturbs nothing", arguments: combinations)
    func bits(_ suite: SRTPSuite, _ implementation: SRTPSession.Implementation) throws {
        var sender = try session(suite, .protect, implementation)
        var receiver = try session(suite, .unprotect, implementation)
        var packet = RTPBytes(7, ssrc: 5, payload: [UInt8](repeating: 9, count: 20))
        packet.contributors = [3, 4]
        packet.headerExtension = (0xbede, [1])
        // Half of the attempts come before the source is known, half behind.
        for number in [UInt16(0), 1] {
            packet.sequenceNumber = number
            let plain = packet.bytes
            let good = try sender.work(on: plain).get()
            for bit in 0..<good.count * 8 {
                var bad = good
                bad[bit / 8] ^= 1 << (bit % 8)
                let result = receiver.work(on: bad)
                guard case .failure = result else {
                    Issue.record("bit \(bit) was accepted")
                    continue
                }
            }
            #expect(receiver.work(on: good) == .success(plain))
        }
        let report = RTCPBytes.receiverReport(5, about: [6])
        let good = try sender.work(on: report, .rtcp).get()
        for bit in 0..<good.count * 8 {
            var bad = good
            bad[bit / 8] ^= 1 << (bit % 8)
            let result = receiver.work(on: bad, .rtcp)
            guard case .failure = result else {
                Issue.record("bit \(bit) of a report was accepted")
                continue
            }
        }
        #expect(receiver.work(on: good, .rtcp) == .success(report))
    }

    @Test("what is cut short is refused, at each length", arguments: combinations)
    func truncation(_ suite: SRTPSuite, _ implementation: SRTPSession.Implementation) throws {
        var sender = try session(suite, .protect, implementation)
        var receiver = try session(suite, .unprotect, implementation)
        let plain = RTPBytes(7, payload: [1, 2, 3]).bytes
        let good = try sender.work(on: plain).get()
        for length in 0..<good.count {
            let expected: SRTPFailure = length < 12 + suite.tagLength ? .invalidLength : .authenticationFailed
            #expect(receiver.work(on: Array(good.prefix(length))) == .failure(expected))
        }
        let report = RTCPBytes.receiverReport(5)
        let control = try sender.work(on: report, .rtcp).get()
        for length in 0..<control.count {
            #expect(receiver.work(on: Array(control.prefix(length)), .rtcp) == .failure(.invalidLength))
        }
        #expect(receiver.work(on: good) == .success(plain))
        #expect(receiver.work(on: control, .rtcp) == .success(report))
        for length in 0..<12 {
            #expect(sender.work(on: Array(plain.prefix(length))) == .failure(.invalidLength))
        }
        for length in 0..<8 {
            #expect(sender.work(on: Array(report.prefix(length)), .rtcp) == .failure(.invalidLength))
        }
    }

    @Test("a packet without a payload is a packet", arguments: combinations)
    func empty(_ suite: SRTPSuite, _ implementation: SRTPSession.Implementation) throws {
        var sender = try session(suite, .protect, implementation)
        var receiver = try session(suite, .unprotect, implementation)
        let plain = RTPBytes(7).bytes
        #expect(receiver.work(on: try sender.work(on: plain).get()) == .success(plain))
        let report = RTCPBytes.receiverReport(5)
        #expect(receiver.work(on: try sender.work(on: report, .rtcp).get(), .rtcp) == .success(report))
    }

    @Test("other versions are named", arguments: SRTPSession.Implementation.allCases)
    func versions(_ implementation: SRTPSession.Implementation) throws {
        var receiver = try session(.aesCM128HMACSHA1x80, .unprotect, implementation)
        var sender = try session(.aesCM128HMACSHA1x80, .protect, implementation)
        let wrong: [UInt8] = [0x40] + packet(1).dropFirst()
        #expect(receiver.work(on: wrong) == .failure(.invalidVersion))
        #expect(receiver.work(on: wrong, .rtcp) == .failure(.invalidVersion))
        #expect(sender.work(on: wrong) == .failure(.invalidVersion))
        #expect(sender.work(on: wrong, .rtcp) == .failure(.invalidVersion))
    }

    @Test("another key authenticates nothing", arguments: combinations)
    func wrongKey(_ suite: SRTPSuite, _ implementation: SRTPSession.Implementation) throws {
        var sender = try session(suite, .protect, implementation, key: 1)
        var receiver = try session(suite, .unprotect, implementation, key: 2)
        for number in 0..<50 {
            let protected = try sender.work(on: packet(UInt16(number))).get()
            #expect(receiver.work(on: protected) == .failure(.authenticationFailed))
        }
    }

    @Test("replay: 128 packets back is seen or refused, further back is too old", arguments: combinations)
    func replay(_ suite: SRTPSuite, _ implementation: SRTPSession.Implementation) throws {
        var sender = try session(suite, .protect, implementation)
        var receiver = try session(suite, .unprotect, implementation)
        // Across the rollover.
        let plain = (0..<400).map { packet(UInt16(truncatingIfNeeded: 65_400 + $0)) }
        let protected = try plain.map { try sender.work(on: $0).get() }
        for index in stride(from: 0, to: 400, by: 2) {
            #expect(receiver.work(on: protected[index]) == .success(plain[index]))
        }
        // 398 is the highest that came.
        #expect(receiver.work(on: protected[398]) == .failure(.replayedDuplicate))
        #expect(receiver.work(on: protected[272]) == .failure(.replayedDuplicate))
        #expect(receiver.work(on: protected[271]) == .success(plain[271]))
        #expect(receiver.work(on: protected[271]) == .failure(.replayedDuplicate))
        #expect(receiver.work(on: protected[270]) == .failure(.replayedOld))
        #expect(receiver.work(on: protected[269]) == .failure(.replayedOld))
        #expect(receiver.work(on: protected[399]) == .success(plain[399]))
        // A sender does not use an index twice either.
        #expect(sender.work(on: plain[399]) == .failure(.replayedDuplicate))
        #expect(sender.work(on: plain[0]) == .failure(.replayedOld))
    }

    @Test("the rollover counter follows through loss and reordering at 65,535", arguments: combinations)
    func rollover(_ suite: SRTPSuite, _ implementation: SRTPSession.Implementation) throws {
        var sender = try session(suite, .protect, implementation)
        var receiver = try session(suite, .unprotect, implementation)
        for cycle in 0..<3 {
            let numbers = [60_000, 65_534, 65_535, 65_536, 65_537].map { UInt16(truncatingIfNeeded: $0) }
            let plain = numbers.map { packet($0) }
            let protected = try plain.map { try sender.work(on: $0).get() }
            // 65,535 comes last, and in the second cycle 65,534 never.
            for index in [0, 1, 3, 4, 2] where cycle != 1 || index != 1 {
                #expect(receiver.work(on: protected[index]) == .success(plain[index]), "cycle \(cycle)")
            }
            // Half-way, so that the next jump is no step back.
            let middle = packet(30_000)
            #expect(receiver.work(on: try sender.work(on: middle).get()) == .success(middle))
        }
    }

    @Test("SRTCP: duplicates, order, and what is too old", arguments: combinations)
    func controlReplay(_ suite: SRTPSuite, _ implementation: SRTPSession.Implementation) throws {
        var sender = try session(suite, .protect, implementation)
        var receiver = try session(suite, .unprotect, implementation)
        let report = RTCPBytes.receiverReport(5)
        let protected = try (0..<200).map { _ in try sender.work(on: report, .rtcp).get() }
        #expect(Set(protected).count == 200)
        #expect(receiver.work(on: protected[150], .rtcp) == .success(report))
        #expect(receiver.work(on: protected[150], .rtcp) == .failure(.replayedDuplicate))
        #expect(receiver.work(on: protected[22], .rtcp) == .failure(.replayedOld))
        #expect(receiver.work(on: protected[23], .rtcp) == .success(report))
        #expect(receiver.work(on: protected[199], .rtcp) == .success(report))
    }

    @Test("SRTCP in the clear is refused by name", arguments: combinations)
    func notEncrypted(_ suite: SRTPSuite, _ implementation: SRTPSession.Implementation) throws {
        var sender = try session(suite, .protect, implementation)
        var receiver = try session(suite, .unprotect, implementation)
        var control = try sender.work(on: RTCPBytes.receiverReport(5, about: [6]), .rtcp).get()
        control[control.count - 4 - (suite.isAEAD ? 0 : suite.controlTagLength)] &= 0x7f
        #expect(receiver.work(on: control, .rtcp) == .failure(.notEncrypted))
    }

    @Test("16 sources; a 17th takes the place of the quietest, and only when it authenticates", arguments: combinations)
    func sources(_ suite: SRTPSuite, _ implementation: SRTPSession.Implementation) throws {
        var receiver = try session(suite, .unprotect, implementation)
        var first = try session(suite, .protect, implementation)
        var second = try session(suite, .protect, implementation)
        let early = try (UInt32(0)..<16).map { try first.work(on: packet(1, ssrc: $0)).get() }
        for protected in early { _ = try receiver.work(on: protected).get() }
        // Source 0 speaks again, so source 1 is the quietest.
        _ = try receiver.work(on: first.work(on: packet(2, ssrc: 0)).get()).get()
        // Nobody's.
        for ssrc in UInt32(100)..<200 {
            #expect(receiver.work(on: packet(1, ssrc: ssrc)) == .failure(.authenticationFailed))
        }
        for protected in early { #expect(receiver.work(on: protected) == .failure(.replayedDuplicate)) }
        // The sender's 17th under this key is refused, another sender has it.
        #expect(first.work(on: packet(1, ssrc: 16)) == .failure(.sourceLimit))
        let late = try second.work(on: packet(1, ssrc: 16)).get()
        _ = try receiver.work(on: late).get()
        #expect(receiver.work(on: late) == .failure(.replayedDuplicate))
        for index in 0..<16 where index != 1 {
            #expect(receiver.work(on: early[index]) == .failure(.replayedDuplicate))
        }
        // Forgotten.
        _ = try receiver.work(on: early[1]).get()
    }

    @Test("each source has its own rollover counter", arguments: combinations)
    func sourcesApart(_ suite: SRTPSuite, _ implementation: SRTPSession.Implementation) throws {
        var sender = try session(suite, .protect, implementation)
        var receiver = try session(suite, .unprotect, implementation)
        for step in 0..<40 {
            for ssrc in UInt32(1)...4 {
                let number = UInt16(truncatingIfNeeded: step * 10_000 * Int(ssrc - 1) + step)
                let plain = packet(number, ssrc: ssrc)
                guard case .success(let protected) = sender.work(on: plain) else { continue }
                #expect(receiver.work(on: protected) == .success(plain))
            }
        }
    }

    @Test("a session works one way, and within its buffer", arguments: SRTPSession.Implementation.allCases)
    func misuse(_ implementation: SRTPSession.Implementation) throws {
        var sender = try session(.aesCM128HMACSHA1x80, .protect, implementation)
        var receiver = try session(.aesCM128HMACSHA1x80, .unprotect, implementation)
        var buffer = packet(1)
        let length = buffer.count
        var span = buffer.mutableSpan
        #expect(failure { () throws(SRTPFailure) in try sender.unprotect(&span, length: length) } == .wrongDirection)
        #expect(failure { () throws(SRTPFailure) in try sender.unprotectRTCP(&span, length: 12) } == .wrongDirection)
        #expect(failure { () throws(SRTPFailure) in try receiver.protect(&span, length: 12) } == .wrongDirection)
        #expect(failure { () throws(SRTPFailure) in try receiver.protectRTCP(&span, length: 12) } == .wrongDirection)
        for wrong in [length - 9, length, length + 1, -1, Int.min, Int.max] {
            #expect(failure { () throws(SRTPFailure) in try sender.protect(&span, length: wrong) } == .noRoom)
            #expect(failure { () throws(SRTPFailure) in try sender.protectRTCP(&span, length: wrong) } == .noRoom)
        }
        for wrong in [length + 1, -1, Int.min, Int.max] {
            #expect(failure { () throws(SRTPFailure) in try receiver.unprotect(&span, length: wrong) } == .noRoom)
            #expect(failure { () throws(SRTPFailure) in try receiver.unprotectRTCP(&span, length: wrong) } == .noRoom)
        }
        #expect(failure { () throws(SRTPFailure) in try sender.protect(&span, length: length - 10) } == nil)
    }

    private func failure(_ body: () throws(SRTPFailure) -> Int) -> SRTPFailure? {
        do throws(SRTPFailure) {
            _ = try body()
            return nil
        } catch {
            return error
        }
    }

    @Test("a key of another suite's length makes no session", arguments: SRTPSession.Implementation.allCases)
    func wrongLength(_ implementation: SRTPSession.Implementation) throws {
        let key = try SRTPSuite.aesCM128HMACSHA1x80.key(1)
        for suite in [SRTPSuite.aesCM256HMACSHA1x80, .aeadAES128GCM, .aeadAES256GCM] {
            #expect(throws: SRTPFailure.setupFailed) {
                _ = try SRTPSession(
                    suite: suite, masterKey: key, direction: .protect, implementation: implementation)
            }
        }
    }
}
