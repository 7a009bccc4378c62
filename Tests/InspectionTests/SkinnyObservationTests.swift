import TestSupport
import Testing
import Wire

@testable import Inspection

/// What recorded Skinny says of registrations, calls and media.
@Suite struct SkinnyObservationTests {
    private let phone = IPAddress(v4: 0xc000_0232)
    private let other = IPAddress(v4: 0xc000_0233)
    private let server = IPAddress(v4: 0xc000_0265)

    /// TCP segments of connections with the server, each behind the ones before it.
    private struct Recording {
        var packets: [[UInt8]] = []
        private var sequences: [IPAddress: [Bool: UInt32]] = [:]
        let server: IPAddress
        var port: UInt16 = 2000

        init(_ server: IPAddress, port: UInt16 = 2000) {
            self.server = server
            self.port = port
        }

        mutating func say(_ bytes: [UInt8], _ phone: IPAddress, fromPhone: Bool) {
            let sequence = sequences[phone]?[fromPhone] ?? 0xffff_fff0
            let (from, to) = fromPhone ? (phone, server) : (server, phone)
            packets.append(
                PacketBuilder(from: from, to: to).tcp(
                    from: fromPhone ? 49_152 : port, to: fromPhone ? port : 49_152, bytes, sequence: sequence))
            sequences[phone, default: [:]][fromPhone] = sequence &+ UInt32(bytes.count)
        }
    }

    private func observe(_ packets: [[UInt8]]) -> TrafficObserver {
        var observer = TrafficObserver()
        for (place, packet) in packets.enumerated() {
            observer.take(packet.span, at: Timestamp(seconds: 1000 + Int64(place)))
        }
        return observer
    }

    /// A registration and a call, in messages each in a segment of its own.
    private func call(_ version: UInt8, _ recording: inout Recording, _ phone: IPAddress, local: UInt32) {
        let script = SkinnyScript(version)
        recording.say(script.register(), phone, fromPhone: true)
        recording.say(script.registerAck(), phone, fromPhone: false)
        recording.say(script.callState(1), phone, fromPhone: false)
        recording.say(script.callInfo(from: "1001", to: "1002", type: 2), phone, fromPhone: false)
        recording.say(script.callState(5), phone, fromPhone: false)
        recording.say(script.open() + script.start("192.0.2.50", 30_000), phone, fromPhone: false)
        recording.say(script.openAck("192.0.2.50", local), phone, fromPhone: true)
    }

    @Test(
        "a registration and a call, on Skinny's port or another", arguments: [2000, 7000] as [UInt16],
        [5, 20] as [UInt8])
    func callAndRegistration(_ port: UInt16, _ version: UInt8) throws {
        var recording = Recording(server, port: port)
        call(version, &recording, phone, local: 20_000)
        let script = SkinnyScript(version)
        recording.say(script.close() + script.stop() + script.callState(2), phone, fromPhone: false)
        recording.say(SkinnyScript.bare(0x27), phone, fromPhone: true)
        let observer = observe(recording.packets)
        let skinny = observer.skinny
        #expect(skinny.messages == 12 && skinny.malformed == 0 && skinny.versions == [version])
        #expect(skinny.names["CallState"] == 3 && skinny.names["OpenReceiveChannelAck"] == 1)
        #expect(skinny.names["RegisterMessage"] == 1 && skinny.names["UnregisterMessage"] == 1)
        let registration = try #require(skinny.registrations.first)
        #expect(registration.device == "SEP001E7AC4DA9C" && registration.state == .unregistered)
        #expect(registration.client == Endpoint(phone, 49_152) && registration.server == Endpoint(server, port))
        let call = try #require(skinny.calls.first)
        #expect(call.id == "5@192.0.2.101:\(port)" && call.from == "1001" && call.to == "1002")
        #expect(call.state == .ended && call.end != nil && call.signalling == .skinny)
        #expect(call.media.map(\.local) == [try endpoint("192.0.2.50:20000")])
        #expect(call.media.map(\.remote) == [try endpoint("192.0.2.50:30000")])
        #expect(call.media.map(\.profile) == ["RTP/AVP"] && call.media.map(\.payloadTypes) == [[0]])
    }

    @Test("two phones of one reference have one call")
    func twoPhones() {
        var recording = Recording(server)
        call(20, &recording, phone, local: 20_000)
        call(20, &recording, other, local: 20_002)
        #expect(observe(recording.packets).skinny.calls.map(\.state) == [.active])
        #expect(observe(recording.packets).skinny.registrations.count == 2)
    }

    @Test("segments of one byte, out of turn and twice, say the same")
    func segments() {
        var recording = Recording(server)
        call(17, &recording, phone, local: 20_000)
        var pieces = Recording(server)
        for packet in recording.packets {
            let isFromPhone = packet[12..<16].elementsEqual(bigEndian(phone.v4))
            for byte in packet[40...] { pieces.say([byte], phone, fromPhone: isFromPhone) }
        }
        // A connection is followed from where a whole header shows what it is.
        var packets = recording.packets
        packets.swapAt(2, 3)
        packets.insert(packets[4], at: 6)
        let (one, two) = (observe(recording.packets).skinny, observe(packets).skinny)
        #expect(one.messages == 8 && two.messages == 8 && one.names == two.names)
        #expect(observe(pieces.packets).skinny.messages == 0)
    }

    @Test("media that a channel names is signalled, and secured where it has a key", arguments: [false, true])
    func media(_ isSecured: Bool) throws {
        var recording = Recording(server)
        let script = SkinnyScript(20)
        let key = isSecured ? [UInt8](repeating: 7, count: 30) : nil
        recording.say(script.open(key: key), phone, fromPhone: false)
        recording.say(script.openAck("192.0.2.50", 20_000), phone, fromPhone: true)
        let packets = (0..<3).map { number in
            PacketBuilder(from: server, to: phone).udp(
                from: 31_000, to: 20_000, RTPBytes(UInt16(number), payload: [1, 2, 3]).bytes)
        }
        let stream = try #require(observe(recording.packets + packets).rtp.first)
        #expect(stream.isSignalled && stream.isSecured == isSecured && stream.packets == 3)
    }

    @Test("what can not be cut any more is counted, and other traffic on the port is not taken for Skinny")
    func others() {
        var recording = Recording(server)
        recording.say(SkinnyScript.bare(0), phone, fromPhone: true)
        recording.say([0, 0, 0, 0, 1, 2, 3, 4], phone, fromPhone: true)
        recording.say(Array("GET / HTTP/1.1\r\n\r\n".utf8), other, fromPhone: true)
        let skinny = observe(recording.packets).skinny
        #expect(skinny.messages == 1 && skinny.malformed == 1)
    }
}
