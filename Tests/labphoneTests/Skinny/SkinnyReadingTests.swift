import Testing
import Wire

@testable import labphone

@Suite("Skinny of labphone: reading") struct SkinnyReadingTests {
    private let far = Endpoint(IPAddress(v4: 0x4540_0102), 17_718)

    /// Whatever is written is read as it was meant; before version 5 there is neither call nor key.
    @Test(arguments: 3...22 as ClosedRange<UInt32>) func whatIsWrittenIsRead(_ version: UInt32) {
        let stream = SkinnyStream(conference: 17, party: 34, callReference: 51)
        let old = SkinnyStream(conference: 17, party: 34, callReference: 0)
        let key = SkinnyKey.random()
        var start = StartMediaTransmission(stream, to: far)
        start.key = .key(key)
        start.part = .near
        let read = StartMediaTransmission(SkinnyReader(start.body(version: version)))
        #expect(read.stream == (version < 5 ? old : stream))
        #expect(read.remote == far)
        #expect(read.key == (version < 5 ? .none : .key(key)))
        #expect(read.part == (version < 6 ? .call : .near))

        var open = OpenReceiveChannel(stream)
        open.key = .key(key)
        let opened = OpenReceiveChannel(SkinnyReader(open.body(version: version)))
        #expect(opened.stream == (version < 5 ? old : stream))
        #expect(opened.key == (version < 5 ? .none : .key(key)))

        let ack = OpenReceiveChannelAck(receiver: far, stream)
        let acked = OpenReceiveChannelAck(SkinnyReader(ack.body(version: version)))
        #expect(acked.receiver == far)
        #expect(acked.party == 34)
        let started = StartMediaTransmissionAck(stream, from: far)
        #expect(StartMediaTransmissionAck(SkinnyReader(started.body(version: version))) == started)
    }

    /// An algorithm, or lengths, that no phone knows are no key.
    @Test func otherKeysAreUnusable() {
        var open = OpenReceiveChannel(SkinnyStream())
        open.key = .key(.random())
        for (offset, value) in [(28, 2), (32, 32), (34, 12)] as [(Int, UInt8)] {
            var body = open.body(version: 17)
            body[offset] = value
            #expect(OpenReceiveChannel(SkinnyReader(body)).key == .unusable)
        }
    }

    @Test func messagesComeInAnyPieces() {
        let messages = [
            SkinnyMessage(.keepAlive), SkinnyMessage(.register, [UInt8](repeating: 7, count: 124)),
            SkinnyMessage(.offHook, version: 17, [1, 0, 0, 0, 0, 0, 0, 0]),
        ]
        let bytes = messages.flatMap(\.bytes)
        for size in [1, 7, 11, 12, 13, bytes.count] {
            var framer = SkinnyFramer()
            var found: [labphone.SkinnyMessage] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                found += framer.messages(adding: Array(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(found == messages)
            #expect(!framer.isBroken)
        }
    }

    @Test(arguments: [0, 3, 8193, 0xffff_ffff] as [UInt32]) func aLengthThatCanNotBeEndsTheStream(_ length: UInt32) {
        var writer = SkinnyWriter()
        for value in [length, 0, 0] { writer.number(value) }
        var framer = SkinnyFramer()
        #expect(framer.messages(adding: writer.bytes).isEmpty)
        #expect(framer.isBroken)
    }

    /// A body that is too short is not read beyond its end.
    @Test func shortBodiesAreZero() {
        let body = StartMediaTransmission(SkinnyStream(conference: 1, party: 2, callReference: 3), to: far).body(
            version: 17)
        for count in 0...body.count { _ = StartMediaTransmission(SkinnyReader(Array(body.prefix(count)))) }
        #expect(SkinnyReader([1, 2]).number(at: 0) == 0x0201)
        #expect(SkinnyReader([]).text(at: 0, 16).isEmpty)
    }

    @Test func streamsAreTheSameByPartyOrByCall() {
        let one = SkinnyStream(conference: 1, party: 5, callReference: 9)
        #expect(one.isSame(as: SkinnyStream(conference: 0, party: 5, callReference: 9)))
        #expect(one.isSame(as: SkinnyStream(conference: 1, party: 5, callReference: 0)))
        #expect(!one.isSame(as: SkinnyStream(conference: 1, party: 6, callReference: 9)))
        let express = SkinnyStream(conference: 1, party: 0, callReference: 9)
        #expect(express.isSame(as: express))
        #expect(!express.isSame(as: SkinnyStream(conference: 2, party: 0, callReference: 10)))
    }
}
