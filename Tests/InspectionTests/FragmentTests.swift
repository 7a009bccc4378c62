import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// Virtual reassembly: pieces wait, the datagram is decided about once, the pieces go on as they came.
@Suite struct FragmentTests {
    private func configuration(_ change: (inout FragmentLimits) -> Void = { _ in }) throws -> Configuration {
        var configuration = try Configuration.box().translating("192.0.2.101", to: "10.10.0.26")
            .translating("2001:db8:1::101", to: "2001:db8:2::26")
            .listing([try entry(.permit, .udp, eq: 5000)], on: "outside")
        change(&configuration.fragments)
        return configuration
    }

    /// A datagram of 100 bytes from outside, in pieces.
    private func pieces(
        v4: Bool = true, port: UInt16 = 5000, size: Int = 32, identification: UInt32 = 1, length: Int = 92
    ) throws -> [[UInt8]] {
        var builder = PacketBuilder(
            from: try address(v4 ? "203.0.113.9" : "2001:db8:9::9"),
            to: try address(v4 ? "10.10.0.26" : "2001:db8:2::26"))
        builder.identification = identification
        let payload = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
        return try builder.fragments(of: builder.udp(from: 4000, to: port, payload), size: size)
    }

    /// The pieces put together again, as the receiver would.
    private func whole(_ pieces: [[UInt8]]) throws -> [UInt8] {
        let parts = try pieces.map { ($0, try IPHeader.decode($0.span)) }.sorted {
            $0.1.fragmentOffset < $1.1.fragmentOffset
        }
        let (_, first) = try #require(parts.first)
        let segment = parts.flatMap { packet, ip in packet[ip.fragmentDataOffset..<ip.end] }
        return PacketBuilder(from: first.source, to: first.destination).packet(.udp, segment)
    }

    @Test(arguments: [true, false], [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]])
    func piecesGoOnTranslatedInTheOrderInWhichTheyCame(v4: Bool, order: [Int]) throws {
        let box = TestBox(try configuration())
        let pieces = try pieces(v4: v4)
        #expect(pieces.count == 4)
        let outcomes = order.map { box.send(pieces[$0], on: "outside") }
        #expect(outcomes.map(\.verdict.action) == [.hold, .hold, .hold, .forward])
        let last = try #require(outcomes.last)
        let sent = box.releases.map(\.packet) + [last.packet]
        let offsets = try sent.map { try IPHeader.decode($0.span).fragmentOffset / 32 }
        #expect(offsets == order)
        let datagram = try whole(sent)
        let ip = try IPHeader.decode(datagram.span)
        #expect(addressLine(datagram).hasSuffix(v4 ? "> 192.0.2.101:5000" : "> [2001:db8:1::101]:5000"))
        let checksum = PacketChecksum.verifyTransport(datagram.span, ip)
        #expect(checksum == .right)
        for piece in sent where v4 {
            let isValid = IPHeader.hasValidV4Checksum(piece.span, headerLength: 20)
            #expect(isValid)
        }
        #expect(box.releases.allSatisfy { $0.isRewritten && box.name($0.egress ?? $0.ingress) == "inside" })
        #expect(box.counters.forwarded == 4)
        #expect(box.counters.rewritten == 4)
        #expect(box.counters.held == 0)
        #expect(box.flowCount == 1)
    }

    @Test func aRefusedDatagramTakesItsPiecesAlong() throws {
        let box = TestBox(try configuration())
        let outcomes = try pieces(port: 5001).map { box.send($0, on: "outside") }
        #expect(outcomes.last?.reason == .aclDrop)
        #expect(box.releases.isEmpty)
        #expect(box.counters.count(of: .aclDrop) == 4)
        #expect(box.counters.held == 0)
    }

    @Test func aDatagramThatCanNotBeReadIsUndecodable() throws {
        let box = TestBox(try configuration())
        var builder = PacketBuilder(from: try address("203.0.113.9"), to: try address("10.10.0.26"))
        builder.identification = 9
        // A UDP length that is longer than the datagram.
        for piece in builder.fragments(.udp, [0, 1, 0, 2, 0xff, 0, 0, 0] + [UInt8](repeating: 0, count: 24), size: 16) {
            box.send(piece, on: "outside")
        }
        #expect(box.counters.count(of: .invalidUDPLength) == 2)
        #expect(box.counters.undecodable == 2)
    }

    // MARK: What is refused

    @Test func aCopyOfAPieceIsDroppedAndHarmsNothing() throws {
        let box = TestBox(try configuration())
        let pieces = try pieces()
        box.send(pieces[0], on: "outside")
        #expect(box.send(pieces[0], on: "outside").reason == .fragmentReassemblyFailed)
        for piece in pieces.dropFirst() { box.send(piece, on: "outside") }
        #expect(box.counters.forwarded == 4)
    }

    /// RFC 1858 and RFC 5722: what overlaps condemns the datagram.
    @Test(arguments: [true, false], ["within", "across", "behind the end", "another end"])
    func piecesThatDoNotFitCondemnTheDatagram(v4: Bool, how: String) throws {
        let box = TestBox(try configuration())
        let (wide, narrow) = (try pieces(v4: v4, size: 48), try pieces(v4: v4, size: 32))
        let forged: [UInt8]
        switch how {
        case "within": forged = try pieces(v4: v4, size: 8)[1]
        case "across": forged = narrow[1]
        case "behind the end": forged = try pieces(v4: v4, size: 48, length: 300)[4]
        default: forged = try #require(try pieces(v4: v4, size: 48, length: 96).last)
        }
        box.send(wide[0], on: "outside")
        box.send(try #require(wide.last), on: "outside")
        #expect(box.counters.held == 2)
        #expect(box.send(forged, on: "outside").reason == .fragmentReassemblyFailed)
        #expect(box.counters.held == 0)
        #expect(box.counters.count(of: .fragmentReassemblyFailed) == 3)
        #expect(box.send(wide[1], on: "outside").verdict.action == .hold, "the rest does not make it whole")
        box.finish()
    }

    @Test func anEmptyPieceCondemnsTheDatagram() throws {
        let box = TestBox(try configuration())
        let pieces = try pieces()
        box.send(pieces[0], on: "outside")
        var empty = Array(pieces[1].prefix(20))
        empty.replaceSubrange(2..<4, with: bigEndian(UInt16(20)))
        #expect(box.send(empty, on: "outside").reason == .fragmentReassemblyFailed)
        #expect(box.counters.held == 0)
    }

    @Test func piecesOfOneDatagramComeByOneInterface() throws {
        let box = TestBox(try configuration())
        let pieces = try pieces()
        for piece in pieces.dropLast() { box.send(piece, on: "outside") }
        #expect(box.send(try #require(pieces.last), on: "inside").verdict.action == .hold)
        #expect(box.counters.held == 4)
    }

    /// A datagram whose data starts with another fragment header.
    @Test func fragmentsWithinFragmentsAreRefused() throws {
        let box = TestBox(try configuration())
        let builder = PacketBuilder(from: try address("2001:db8:9::9"), to: try address("2001:db8:2::26"))
        let inner: [UInt8] = [17, 0, 0, 1, 0, 0, 0, 5] + [UInt8](repeating: 0, count: 24)
        for piece in builder.fragments(.fragment, inner, size: 16) { box.send(piece, on: "outside") }
        #expect(box.counters.undecodable == 1, "the first piece shows it")
        box.wait(6)
        #expect(box.counters.count(of: .fragmentReassemblyFailed) == 1, "and the other waits in vain")
    }

    // MARK: Limits

    @Test func aDatagramThatIsNotWholeInTimeIsDropped() throws {
        let box = TestBox(try configuration())
        let pieces = try pieces()
        for piece in pieces.dropLast() { box.send(piece, on: "outside") }
        box.wait(4)
        #expect(box.counters.held == 3)
        box.wait(2)
        #expect(box.counters.held == 0)
        #expect(box.counters.count(of: .fragmentReassemblyFailed) == 3)
        #expect(box.send(try #require(pieces.last), on: "outside").verdict.action == .hold)
    }

    @Test func noMorePiecesWaitThanMay() throws {
        let box = TestBox(try configuration { $0.size = 3 })
        for identification: UInt32 in 1...3 {
            box.send(try pieces(identification: identification)[0], on: "outside")
        }
        #expect(box.send(try pieces(identification: 4)[0], on: "outside").reason == .fragmentReassemblyFailed)
        #expect(box.counters.held == 3)
        let packet = PacketBuilder(from: try address("203.0.113.9"), to: try address("10.10.0.26"))
            .udp(from: 1, to: 5000)
        #expect(box.send(packet, on: "outside").isForwarded, "whole packets go on")
        box.wait(6)
        for piece in try pieces(identification: 5) { box.send(piece, on: "outside") }
        #expect(box.counters.forwarded == 5)
    }

    @Test func aDatagramHasNoMorePiecesThanItMay() throws {
        let allowed = TestBox(try configuration { $0.chain = 4 })
        for piece in try pieces() { allowed.send(piece, on: "outside") }
        #expect(allowed.counters.forwarded == 4)
        let refused = TestBox(try configuration { $0.chain = 3 })
        for piece in try pieces() { refused.send(piece, on: "outside") }
        #expect(refused.counters.forwarded == 0)
        refused.finish()
        #expect(refused.counters.count(of: .fragmentReassemblyFailed) == 4)
    }

    @Test func theEndOfARecordingLetsGoOfWhatWaits() throws {
        let box = TestBox(try configuration())
        box.send(try pieces()[1], on: "outside")
        box.finish()
        #expect(box.counters.count(of: .fragmentReassemblyFailed) == 1)
    }

    /// A driver that never takes what is released.
    @Test func releasesThatNobodyTakesAreBounded() throws {
        var engine = Engine(try configuration(), EngineSettings())
        for identification: UInt32 in 0..<1500 {
            for piece in try pieces(identification: identification) {
                var packet = piece
                var span = packet.mutableSpan
                _ = engine.process(&span, from: InterfaceIndex(1), at: .zero)
            }
        }
        let waiting = engine.takeReleases().count
        #expect(waiting == Engine.releaseLimit / 3 * 3)
        let counters = engine.counters
        #expect(counters.forwarded == UInt64(waiting / 3 * 4))
        #expect(counters.count(of: .fragmentReassemblyFailed) == UInt64((1500 - waiting / 3) * 4))
        let hasMore = engine.hasReleases
        #expect(!hasMore)
    }
}
