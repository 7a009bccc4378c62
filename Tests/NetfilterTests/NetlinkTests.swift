import CLinux
import Testing
import Wire

@testable import Netfilter

/// Builds what the kernel would send, by hand.
struct KernelMessage {
    var attributes: [UInt8] = []

    mutating func add(_ type: Int, _ value: [UInt8]) {
        let length = UInt16(4 + value.count)
        attributes += host(length) + host(UInt16(type)) + value
        attributes += [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
    }

    func bytes(type: UInt16 = 0x0300) -> [UInt8] {
        let body: [UInt8] = [0, 0, 0, 7] + attributes
        return host(UInt32(16 + body.count)) + host(type) + host(UInt16(0)) + host(UInt32(0)) + host(UInt32(0)) + body
    }

    private func host(_ value: UInt16) -> [UInt8] { unsafe withUnsafeBytes(of: value) { unsafe Array($0) } }
    private func host(_ value: UInt32) -> [UInt8] { unsafe withUnsafeBytes(of: value) { unsafe Array($0) } }

    static var complete: KernelMessage {
        var message = KernelMessage()
        message.add(1, [0, 0, 1, 2, 0x08, 0x00, 0])
        message.add(3, [0x50, 0x50, 0x10, 0])
        message.add(5, [0, 0, 0, 9])
        message.add(9, [0, 6, 0, 0, 2, 1, 2, 3, 4, 5, 0, 0])
        message.add(4, [0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 5])
        message.add(14, [0, 0, 0, 1])
        message.add(13, [0, 0, 5, 0xdc])
        message.add(10, [0x45, 1, 2, 3, 4])
        return message
    }
}

@Suite struct NetlinkTests {
    private func decode(_ bytes: [UInt8]) throws(NetlinkError) -> (packet: QueuedPacket, payload: Range<Int>) {
        let span = bytes.span
        let message = try NetlinkMessage.decode(span, at: 0, length: bytes.count)
        return try QueuedPacket.decode(span, in: message.body)
    }

    @Test func aQueuedPacketIsReadWhole() throws {
        let bytes = KernelMessage.complete.bytes()
        let (packet, payload) = try decode(bytes)
        #expect(packet.id == 0x102)
        #expect(packet.hardwareProtocol == 0x0800)
        #expect(packet.mark == 0x5050_1000)
        #expect(packet.flags == .checksumNotReady)
        #expect(packet.device == 9)
        #expect(packet.linkAddress == 0x0201_0203_0405)
        #expect(packet.length == 5)
        #expect(Array(bytes[payload]) == [0x45, 1, 2, 3, 4])
    }

    @Test func withoutANumberThereIsNoPacket() {
        var message = KernelMessage()
        message.add(10, [0x45])
        let bytes = message.bytes()
        #expect(throws: NetlinkError.missingPacketHeader) { try decode(bytes) }
    }

    @Test(arguments: [(1, 5), (3, 3), (14, 2)])
    func anAttributeShorterThanItsFieldsIsRefused(type: Int, length: Int) {
        var message = KernelMessage()
        message.add(type, [UInt8](repeating: 0, count: length))
        let bytes = message.bytes()
        #expect(throws: NetlinkError.shortAttribute(type: UInt16(type))) { try decode(bytes) }
    }

    @Test(arguments: [0, 3, 15])
    func lessThanAHeaderIsNoMessage(length: Int) {
        let bytes = Array(KernelMessage.complete.bytes()[..<length])
        #expect(throws: NetlinkError.messageLength(offset: 0)) { try decode(bytes) }
    }

    @Test(arguments: [0, 15, 5000] as [UInt32])
    func aMessageLengthThatCanNotBeIsRefused(length: UInt32) {
        var bytes = KernelMessage.complete.bytes()
        bytes.withFirst4(length)
        let changed = bytes
        #expect(throws: NetlinkError.messageLength(offset: 0)) { try decode(changed) }
    }

    @Test func anAttributeLongerThanTheMessageIsRefused() {
        var bytes = KernelMessage.complete.bytes()
        bytes[20] = 0xff
        let changed = bytes
        #expect(throws: NetlinkError.attributeLength(offset: 20)) { try decode(changed) }
    }

    @Test func damagedMessagesNeverReachOutsideTheirBytes() {
        var random = SplitMix(seed: 20_261_122)
        var read = 0
        for _ in 0..<10_000 {
            var bytes = KernelMessage.complete.bytes()
            for _ in 0..<Int(random.next() % 6 + 1) {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            let cut = Array(bytes.prefix(Int(random.next() % UInt64(bytes.count + 1))))
            for candidate in [bytes, cut] {
                guard let (packet, payload) = try? decode(candidate) else { continue }
                read += 1
                #expect(payload.upperBound <= candidate.count)
                #expect(packet.length == payload.count)
            }
        }
        // Damage in a value is still a message: otherwise nothing but refusals would have been tried.
        #expect(read > 1000)
    }

    @Test func onlyWhatIsForWhoeverAskedGoesBack() {
        var packet = [UInt8](repeating: 0, count: 40)
        packet.replaceSubrange(IPv4Field.destination..<IPv4Field.destination + 4, with: [10, 10, 0, 16])
        for (sender, verdict) in [
            (0x0a0a_0010 as UInt32, QueueVerdict.answer(length: 40)), (0x0a0a_0011, .acceptRewritten(length: 40)),
        ] {
            #expect(QueueVerdict.inPlace(packet.span, length: 40, ofPacketFrom: sender) == verdict)
        }
    }

    @Test func aRewritingVerdictStandsRightBeforeItsPacket() throws {
        var memory = [UInt8](repeating: 0xaa, count: 64)
        var span = memory.mutableSpan
        let start = QueueMessage.putRewriting(
            &span, before: 40, queue: 7, id: 0x0102_0304, length: 5, verdict: QueueMessage.stopVerdict)
        #expect(start == 4)
        let bytes = memory.span
        #expect(bytes.hostUInt32(at: 4) == 41)
        #expect(bytes.hostUInt16(at: 8) == 0x0301)
        #expect(bytes.uint16(at: 22) == 7)
        var attributes = NetlinkAttributes(24, 45)
        let verdict = try #require(try attributes.next(bytes))
        #expect(verdict.type == 2)
        #expect(bytes.uint32(at: verdict.value.lowerBound) == 5)
        #expect(bytes.uint32(at: verdict.value.lowerBound + 4) == 0x0102_0304)
        let packet = try #require(try attributes.next(bytes))
        #expect(packet.type == 10)
        #expect(packet.value == 40..<45)
        #expect(bytes[3] == 0xaa && bytes[40] == 0xaa)
    }

    @Test func aVerdictIsMadeOneOnAllPacketsSoFar() {
        var memory = [UInt8](repeating: 0xaa, count: 64)
        var span = memory.mutableSpan
        QueueMessage.putVerdict(&span, at: 4, queue: 7, id: 2, verdict: QueueMessage.acceptVerdict)
        QueueMessage.extendVerdict(&span, at: 4, to: 0x0102_0304)
        let bytes = memory.span
        #expect(bytes.hostUInt32(at: 4) == 32)
        #expect(bytes.hostUInt16(at: 8) == 0x0303)
        #expect(bytes.uint32(at: 28) == 1)
        #expect(bytes.uint32(at: 32) == 0x0102_0304)
        #expect(bytes[36] == 0xaa)
    }

    @Test func aPlainVerdictIsNothingButItsNumber() {
        var memory = [UInt8](repeating: 0xaa, count: 64)
        var span = memory.mutableSpan
        QueueMessage.putVerdict(&span, at: 4, queue: 1, id: 2, verdict: QueueMessage.dropVerdict)
        #expect(memory.span.hostUInt32(at: 4) == 32)
        #expect(memory[3] == 0xaa && memory[36] == 0xaa)
    }
}

extension [UInt8] {
    fileprivate mutating func withFirst4(_ value: UInt32) {
        var span = mutableSpan
        span.storeHost(value, at: 0)
    }
}

/// A small deterministic generator, so that a failure can be repeated.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
