import Glibc
import TestSupport
import Testing
import Wire

@testable import MediaTermination

/// Frames that leave by the shorter way; as root.
@Suite(.serialized) struct XDPSocketTests {
    private let network: MediaNetwork
    private let party: PartySocket
    private let device: LinkFacts
    /// Ours, then the party's; six bytes in the low 48 bits.
    private let addresses: (own: UInt64, party: UInt64)
    private let batch = FrameBatch()

    init() throws {
        network = try MediaNetwork()
        party = try network.outside.enter { try PartySocket("10.10.0.16:5000") }
        let ours = try network.box.enter { try RouteSocket().link(named: "out0") }
        let theirs = try network.outside.enter { try RouteSocket().link(named: "eth0") }
        device = try #require(ours)
        addresses = (try #require(device.address), try #require(theirs?.address))
    }

    private func output(queue: Int = 0, isWatched: Bool = false) throws -> DeviceOutput {
        let output = try network.box.enter {
            try DeviceOutput("out0", index: device.index, batch, queue: queue, mark: 0)
        }
        output.isWatched = isWatched
        return output
    }

    private func socket(queue: Int) throws -> XDPSocket {
        try network.box.enter { try XDPSocket(device: device.index, queue: queue, memory: batch) }
    }

    /// Puts a frame for the party into the batch.
    private func put(_ payload: [UInt8]) throws {
        let source = try endpoint("10.10.0.24:6000")
        let destination = try endpoint("10.10.0.16:5000")
        batch.copyToNextPayload(payload.span)
        let end = FrameBatch.payloadOffset + payload.count
        let start = batch.withNextSlot { slot in
            let start = UDPPacket.writeHeaders(
                &slot, before: FrameBatch.payloadOffset..<end, from: source, to: destination, identification: 1)
            slot.storeLinkAddress(addresses.party, at: start - EthernetField.length)
            slot.storeLinkAddress(addresses.own, at: start - 8)
            slot.store(LinkFrame.ipv4EtherType, at: start - 2)
            return start - EthernetField.length
        }
        batch.commit(start..<end)
    }

    @Test func framesArriveWholeAndInOrder() throws {
        let socket = try socket(queue: 0)
        for round in 0..<10 {
            // Of all lengths from one byte on.
            let payloads = (0..<FrameBatch.capacity).map { [UInt8](repeating: UInt8(round), count: 1 + 22 * $0) }
            for payload in payloads { try put(payload) }
            #expect(socket.send(batch))
            batch.removeAll()
            #expect(!socket.isWaiting)
            #expect(payloads.map { _ in party.receive() } == payloads)
        }
    }

    @Test func framesThatADeviceDoesNotTakeYetGoLater() throws {
        let output = try output()
        try network.box.ip("link", "set", "out0", "down")
        for bank in 1..<FrameBatch.banks {
            try put([UInt8(bank)])
            #expect(output.send(batch) == 0)
            batch.removeAll()
        }
        #expect(output.isWaiting)
        // There is no memory to go on with: the packet socket is tried, and says no.
        try put([9])
        #expect(output.send(batch) == 1)
        batch.removeAll()
        try network.box.ip("link", "set", "out0", "up")
        #expect(output.send(batch) == 0)
        #expect(!output.isWaiting)
        #expect((1..<FrameBatch.banks).map { _ in party.receive() } == (1..<FrameBatch.banks).map { [UInt8($0)] })
        #expect(party.receive(milliseconds: 50) == nil)
    }

    /// tcpdump on the box is how one-way audio is looked into: what it does not show would be taken for lost.
    @Test func aTapSeesWhatLeaves() throws {
        #expect(try !network.box.enter { PacketTaps.current.watch(device.index) })
        let tap = try network.box.enter { try Tap() }
        let isWatched = try network.box.enter { PacketTaps.current.watch(device.index) }
        #expect(isWatched)
        let output = try output(isWatched: isWatched)
        try put([1, 2, 3])
        #expect(output.send(batch) == 0)
        batch.removeAll()
        #expect(party.receive() == [1, 2, 3])
        #expect(try tap.sees([1, 2, 3]))
    }

    @Test func aQueueThatIsTakenOrMissingLeavesThePacketSocket() throws {
        let first = try socket(queue: 0)
        #expect(throws: (any Error).self) { try socket(queue: 0) }
        #expect(throws: (any Error).self) { try socket(queue: 7) }
        for queue in [0, 7] {
            let output = try output(queue: queue)
            try put([UInt8(queue)])
            #expect(output.send(batch) == 0)
            batch.removeAll()
            #expect(party.receive() == [UInt8(queue)])
        }
        #expect(!first.isWaiting)
    }
}
