import Inspection
import TestSupport
import Testing
import Wire

@testable import benchmarks

/// The engine benchmark measures what it says: packets that are valid, and that the engine translates.
struct PhoneTrafficTests {
    @Test(
        "every flow sends to one side, then every flow to the other, none twice", arguments: [1, 2, 10, 63, 64, 1000])
    func order(flows: Int) throws {
        let traffic = try PhoneTraffic(flows: flows, at: EngineSite())
        for round in 0..<2 {
            var phones: Set<IPAddress> = []
            for number in 0..<flows {
                let sent = try packet(round * flows + number, of: traffic)
                let ip = try IPHeader.decode(sent.bytes.span)
                #expect(sent.isFromPhone == (round == 1))
                phones.insert(sent.isFromPhone ? ip.source : ip.destination)
            }
            #expect(phones.count == flows)
        }
    }

    @Test(
        "its packets are whole, checksums included, also where block numbers start again",
        arguments: [0, 1, 2, 3, 261_999, 262_000, 262_136, 262_140, 262_144])
    func whole(number: Int) throws {
        let sent = try packet(number, of: PhoneTraffic(flows: 2, at: EngineSite())).bytes
        let ip = try IPHeader.decode(sent.span)
        let transport = PacketChecksum.verifyTransport(sent.span, ip)
        #expect(transport == .right)
        let isHeaderRight = IPHeader.hasValidV4Checksum(sent.span, headerLength: ip.transportOffset)
        #expect(isHeaderRight)
    }

    @Test("the engine takes every packet, and each leaves it whole and translated", arguments: [1, 10, 100])
    func taken(flows: Int) throws {
        var run = try EngineRun(PhoneTraffic(flows: flows, at: EngineSite()))
        for _ in 0..<4 {
            let packets = try run.processed(1000).packets
            #expect(packets >= 1000)
            try run.check()
        }
    }

    private func packet(_ number: Int, of traffic: PhoneTraffic) throws -> (bytes: [UInt8], isFromPhone: Bool) {
        var memory = [UInt8](repeating: 0, count: PhoneTraffic.slotSize)
        var slot = memory.mutableSpan
        let packet = try traffic.write(number, into: &slot)
        return (Array(memory[..<packet.length]), packet.isFromPhone)
    }
}
