import TestSupport
import Testing
import Wire

@Suite("The Internet checksum")
struct InternetChecksumTests {
    private func checksum(_ bytes: [UInt8]) -> UInt16 {
        InternetChecksum.finish(InternetChecksum.add(bytes.span, in: 0..<bytes.count))
    }

    @Test("the example of RFC 1071 section 3 sums to ddf2, odd bytes and halves included")
    func vector() {
        let words = bytes(hex: "0001 f203 f4f5 f6f7")
        #expect(InternetChecksum.fold(InternetChecksum.add(words.span, in: 0..<8)) == 0xddf2)
        #expect(checksum(words) == 0x220d)
        let halves = InternetChecksum.add(words.span, in: 4..<8, to: InternetChecksum.add(words.span, in: 0..<4))
        #expect(InternetChecksum.fold(halves) == 0xddf2)
        #expect(checksum([0x12, 0x34, 0x56]) == ~0x6834)
        #expect(checksum([]) == 0xffff && checksum([0xff, 0xff]) == 0)
    }

    @Test("any bytes sum as the plainest implementation says")
    func reference() {
        var random = SeededGenerator(seed: 2)
        for length in 0...600 {
            let bytes = random.bytes(length...length)
            #expect(checksum(bytes) == referenceChecksum(bytes), "\(length) bytes")
        }
        let ones = [UInt8](repeating: 0xff, count: 65_535)
        #expect(checksum(ones) == referenceChecksum(ones))
    }

    @Test("folding loses no carry")
    func folding() {
        #expect(InternetChecksum.fold(.max) == 0xffff)
        #expect(InternetChecksum.fold(0xffff_ffff_0000_0001) == 1 && InternetChecksum.fold(0x1_0000) == 1)
        #expect(InternetChecksum.fold(0) == 0)
    }

    @Test("an update equals a new sum, over 100,000 changes")
    func incremental() {
        var random = SeededGenerator(seed: 3)
        // The first word keeps the sum from being all zeros, as a version or a pseudo-header does in a packet.
        var bytes = [0x45, 0] + random.bytes(62...62)
        var current = checksum(bytes)
        var disagreements = 0
        for _ in 0..<100_000 {
            let offset = Int.random(in: 1..<30, using: &random) * 2
            let range = offset..<offset + (random.next().isMultiple(of: 2) ? 2 : 4)
            let before = InternetChecksum.add(bytes.span, in: range)
            // Words of zeros and ones are where the two forms of zero meet.
            for index in range {
                bytes[index] = [0, 0xff, UInt8(truncatingIfNeeded: random.next())][Int(random.next() % 3)]
            }
            let after = InternetChecksum.add(bytes.span, in: range)
            current = InternetChecksum.update(current, replacing: before, with: after)
            if current != referenceChecksum(bytes) { disagreements += 1 }
        }
        #expect(disagreements == 0)
    }

    @Test("the example of RFC 1624 section 4: eqn 3 gives 0000 where RFC 1141 gave ffff")
    func rfc1624() {
        #expect(InternetChecksum.update(0xdd2f, replacing: 0x5555, with: 0x3285) == 0)
    }
}

@Suite("Whole checksums of packets")
struct PacketChecksumTests {
    private func verdict(_ packet: [UInt8], allowTruncation: Bool = false) throws -> PacketChecksum.Verdict {
        PacketChecksum.verifyTransport(packet.span, try decode(packet, allowTruncation: allowTruncation))
    }

    private func whole(_ builder: PacketBuilder) -> [[UInt8]] {
        [
            builder.udp(from: 1, to: 2, [1, 2, 3]), builder.tcp(from: 1, to: 2, [1, 2, 3], options: [1]),
            builder.echo(identifier: 7, [1, 2, 3]), builder.unreachable(quoting: builder.udp(from: 1, to: 2)),
        ]
    }

    @Test("a right checksum is right, and any turned bit makes it wrong", arguments: Host.bothFamilies)
    func verification(builder: PacketBuilder) throws {
        for packet in whole(builder) {
            #expect(try verdict(packet) == .right, "\(hexDump(packet))")
            let start = try decode(packet).transportOffset
            for offset in start..<packet.count {
                var damaged = packet
                damaged[offset] ^= 0x10
                let isUDPLength = packet[builder.source.isV4 ? 9 : 6] == 17 && (4...5).contains(offset - start)
                #expect(try verdict(damaged) == (isUDPLength ? .unknown : .wrong), "offset \(offset)")
            }
        }
    }

    @Test("link padding, and bytes behind a UDP datagram, are not covered")
    func padding() throws {
        #expect(try verdict(Host.v4.udp(from: 1, to: 2, [1]) + [9, 9, 9, 9]) == .right)
        let datagram = Array(Host.v4.udp(from: 1, to: 2, [1, 2])[20...])
        #expect(try verdict(Host.v4.packet(.udp, datagram + [0xee])) == .right)
    }

    @Test("a UDP checksum of zero is none over IPv4, and wrong over IPv6")
    func noChecksum() throws {
        #expect(try verdict(Host.v4.udp(from: 1, to: 2, checksum: false)) == .none)
        #expect(try verdict(Host.v6.udp(from: 1, to: 2, checksum: false)) == .wrong)
    }

    @Test("what can not be checked is not judged", arguments: Host.bothFamilies)
    func unknown(builder: PacketBuilder) throws {
        let packet = builder.udp(from: 1, to: 2, [UInt8](repeating: 1, count: 32))
        for fragment in try builder.fragments(of: packet, size: 16) { #expect(try verdict(fragment) == .unknown) }
        #expect(try verdict(Array(packet.dropLast()), allowTruncation: true) == .unknown)
        #expect(try verdict(builder.packet(.udp, [0, 1, 0, 2])) == .unknown)
        #expect(try verdict(builder.packet(.esp, [1, 2, 3, 4])) == .unknown)
        #expect(try verdict(builder.packet(builder.source.isV4 ? .icmpV6 : .icmp, [8, 0, 0, 0])) == .unknown)
    }

    @Test("checksums are made whole, and equal those of a sender", arguments: Host.bothFamilies)
    func making(builder: PacketBuilder) throws {
        for packet in whole(builder) {
            let ip = try decode(packet)
            var blank = packet
            for offset in [6, 16, 2] where ip.transport == [6: .udp, 16: .tcp][offset, default: builder.icmp] {
                blank.replaceSubrange(
                    ip.transportOffset + offset..<ip.transportOffset + offset + 2, with: [0xab, 0xcd])
            }
            if ip.isV4 { blank.replaceSubrange(10..<12, with: [0xab, 0xcd]) }
            #expect(blank != packet)
            var span = blank.mutableSpan
            PacketChecksum.makeHeader(&span, ip)
            #expect(PacketChecksum.makeTransport(&span, ip))
            #expect(blank == packet, "\(hexDifference(packet, blank))")
        }
    }

    @Test("a sum of zero is sent as ffff by UDP")
    func zeroSum() throws {
        let packet = Host.v4.udp(from: 0, to: 0, [0, 0])
        let ip = try decode(packet)
        // The last word is chosen so that everything sums to zero.
        var tuned = packet
        tuned.replaceSubrange(28..<30, with: packet[26..<28])
        tuned.replaceSubrange(26..<28, with: [0, 0])
        var span = tuned.mutableSpan
        #expect(PacketChecksum.makeTransport(&span, ip))
        #expect(Array(tuned[26..<28]) == [0xff, 0xff])
        #expect(try verdict(tuned) == .right)
    }

    @Test("nothing is made where not all is at hand")
    func notMade() throws {
        let fragments = Host.v4.fragments(.udp, [UInt8](repeating: 1, count: 32), size: 16)
        let original = fragments[0]
        var fragment = original
        let ip = try decode(fragment)
        var span = fragment.mutableSpan
        #expect(!PacketChecksum.makeTransport(&span, ip))
        #expect(fragment == original)
    }
}

extension PacketBuilder {
    /// The ICMP of this builder's family.
    var icmp: IPProtocol { source.isV4 ? .icmp : .icmpV6 }
}
