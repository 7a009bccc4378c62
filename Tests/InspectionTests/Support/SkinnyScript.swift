import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// What phones and servers say in Skinny, of one protocol version, laid out by hand.
struct SkinnyScript {
    var version: UInt8
    var conference: UInt32 = 16
    var party: UInt32 = 77
    var reference: UInt32 = 5

    init(_ version: UInt8) { self.version = version }

    private var isWide: Bool { version >= 17 }
    private var header: UInt32 { version >= 10 ? UInt32(version) : 0 }

    private func message(_ id: UInt32, _ length: Int, _ words: [(Int, UInt32)]) -> SkinnyBytes {
        var message = SkinnyBytes(id, version: header, length: length)
        for (offset, word) in words { message.put(word, at: offset) }
        return message
    }

    /// An address in its place, of this version's width.
    private func put(_ address: String, at offset: Int, in message: inout SkinnyBytes) {
        guard let address = IPAddress(address) else { return }
        message.put(bigEndian(address.v4), at: isWide ? offset + 4 : offset)
    }

    func register(_ name: String = "SEP001E7AC4DA9C") -> [UInt8] { SkinnyBytes.register(name, version: version).all }

    func registerAck(_ answer: UInt8? = nil, interval: UInt32 = 30) -> [UInt8] {
        var message = SkinnyBytes(0x81, length: 24)
        message.put(interval, at: 0)
        message.put([answer ?? version], at: 16)
        return message.all
    }

    func callState(_ state: UInt32) -> [UInt8] { message(0x111, 28, [(0, state), (4, 1), (8, reference)]).all }

    func callInfo(from: String, to: String, type: UInt32) -> [UInt8] {
        var info = message(0x8f, 388, [(132, reference), (136, type)])
        info.put(Array(from.utf8), at: 40)
        info.put(Array(to.utf8), at: 104)
        return info.all
    }

    // MARK: Channels

    /// OpenReceiveChannel, with mu-law and the far party's address as CUCM says it.
    func open(key: [UInt8]? = nil, source: String = "192.0.2.50") -> [UInt8] {
        var open = message(
            0x105, isWide ? 136 : version >= 11 ? 112 : 96,
            [(0, conference), (4, party), (8, 20), (12, 4), (24, reference), (84, 101)])
        put(key, at: 28, in: &open)
        if isWide {
            put(source, at: 100, in: &open)
            open.put(4000, at: 120)
        } else if version >= 11 {
            put(source, at: 100, in: &open)
        }
        return open.all
    }

    private func put(_ key: [UInt8]?, at offset: Int, in message: inout SkinnyBytes) {
        guard let key else { return }
        message.put(bytes(hex: "01000000 1000 0e00") + key, at: offset)
    }

    func openAck(_ address: String = "192.168.10.5", _ port: UInt32 = 20_000, status: UInt32 = 0) -> [UInt8] {
        var ack =
            isWide
            ? message(0x22, 40, [(0, status), (24, port), (28, party), (32, reference)])
            : message(0x22, 24, [(0, status), (8, port), (12, party), (16, reference)])
        put(address, at: 4, in: &ack)
        return ack.all
    }

    func start(_ address: String = "192.0.2.50", _ port: UInt32 = 30_000, key: [UInt8]? = nil) -> [UInt8] {
        var start =
            isWide
            ? message(0x8a, 136, [(0, conference), (4, party), (28, port), (32, 20), (36, 4), (56, reference)])
            : message(0x8a, 120, [(0, conference), (4, party), (12, port), (16, 20), (20, 4), (40, reference)])
        put(address, at: 8, in: &start)
        put(key, at: isWide ? 60 : 44, in: &start)
        return start.all
    }

    func startAck(_ address: String = "192.168.10.5", _ port: UInt32 = 20_000) -> [UInt8] {
        let words: [(Int, UInt32)] = [(0, conference), (4, party), (8, reference)]
        var ack = message(0x154, isWide ? 44 : 28, words + [(isWide ? 32 : 16, port)])
        put(address, at: 12, in: &ack)
        return ack.all
    }

    func failure(_ address: String, _ port: UInt32) -> [UInt8] {
        let words: [(Int, UInt32)] = [(0, conference), (4, party)]
        var failure =
            isWide
            ? message(0x2a, 40, words + [(28, port), (32, reference)])
            : message(0x2a, 24, words + [(12, port), (16, reference)])
        put(address, at: 8, in: &failure)
        return failure.all
    }

    func close(keeping: Bool = false) -> [UInt8] { ending(0x106, keeping) }
    func stop(keeping: Bool = false) -> [UInt8] { ending(0x8b, keeping) }

    private func ending(_ id: UInt32, _ isKept: Bool) -> [UInt8] {
        message(id, 20, [(0, conference), (4, party), (8, reference), (12, isKept ? 1 : 0)]).all
    }

    /// A message with nothing in it but its number, or one word.
    static func bare(_ id: UInt32, _ word: UInt32? = nil) -> [UInt8] {
        var message = SkinnyBytes(id, length: word == nil ? 4 : 8)
        if let word { message.put(word, at: 0) }
        return message.all
    }
}

extension CallLab {
    /// A phone that is connected and registered.
    func registered(
        _ script: SkinnyScript, _ phone: String = "98.208.49.30:49152", device: String = "SEP001E7AC4DA9C",
        local: UInt16 = 40_001
    ) throws -> StreamID {
        let id = try connect(phone, device: device, to: "10.10.0.26:2443", local: local)
        says(.phone, id, script.register(device))
        says(.server, id, script.registerAck())
        return id
    }

    /// What one side says; what the other hears, byte for byte.
    @discardableResult
    func says(_ side: StreamSide, _ id: StreamID, _ bytes: [UInt8]) -> [UInt8] {
        send(bytes, from: side, of: id)
        return heardBytes(side.other, id)
    }

    /// The same, as a message of this version.
    func message(
        _ side: StreamSide, _ id: StreamID, _ bytes: [UInt8], _ version: UInt8,
        location: SourceLocation = #_sourceLocation
    ) throws -> SkinnyMessage {
        let heard = says(side, id, bytes)
        #expect(heard.count == bytes.count, sourceLocation: location)
        return try SkinnyMessage.read(heard.span, negotiated: version)
    }
}

extension Configuration {
    /// The first example with Skinny: phones reach the call server 192.0.2.101 as 10.10.0.26 by TLS, port 2443.
    static func skinnyBox(_ map: SkinnyInspectionMap? = nil, ports: ClosedRange<UInt16> = 16384...32767) throws
        -> Configuration
    {
        var configuration = try Configuration.callBox(ports: ports)
        guard let map else { return configuration }
        configuration.skinnyInspectionMaps[map.name] = map
        for (name, policy) in configuration.policyMaps {
            for (place, entry) in policy.classes.enumerated() {
                for index in entry.inspections.indices where entry.inspections[index].engine == .skinny {
                    configuration.policyMaps[name]?.classes[place].inspections[index].policy = map.name
                }
            }
        }
        return configuration
    }
}
