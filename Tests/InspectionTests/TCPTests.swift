import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// Connections as the firewall follows them: 192.0.2.50:40000 inside to 203.0.113.9:2000 outside.
@Suite struct TCPTests {
    private let box: TestBox
    private let client: IPAddress
    private let server: IPAddress

    init() throws {
        box = TestBox(try Configuration.box())
        client = try address("192.0.2.50")
        server = try address("203.0.113.9")
    }

    @discardableResult
    private func fromClient(
        _ flags: TCPHeader.Flags, sequence: UInt32 = 1001, acknowledgment: UInt32 = 0, window: UInt16 = 1000,
        options: [UInt8] = []
    ) -> TestBox.Outcome {
        let packet = PacketBuilder(from: client, to: server).tcp(
            from: 40000, to: 2000, flags: flags, sequence: sequence, acknowledgment: acknowledgment, window: window,
            options: options)
        return box.send(packet, on: "inside")
    }

    @discardableResult
    private func fromServer(
        _ flags: TCPHeader.Flags, sequence: UInt32 = 5001, acknowledgment: UInt32 = 1001, window: UInt16 = 1000,
        options: [UInt8] = []
    ) -> TestBox.Outcome {
        let packet = PacketBuilder(from: server, to: client).tcp(
            from: 2000, to: 40000, flags: flags, sequence: sequence, acknowledgment: acknowledgment, window: window,
            options: options)
        return box.send(packet, on: "outside")
    }

    private func shakeHands() {
        fromClient(.syn, sequence: 1000)
        fromServer([.syn, .acknowledge], sequence: 5000)
        fromClient(.acknowledge, acknowledgment: 5001)
    }

    private var state: TCPState? { box.flows.first?.tcpState }
    private var ended: String? { box.story.last { $0.contains("ended") } }

    @Test func aConnectionFromItsHandshakeToItsEnd() {
        fromClient(.syn, sequence: 1000)
        #expect(state == .synSent)
        fromServer([.syn, .acknowledge], sequence: 5000)
        #expect(state == .synReceived)
        fromClient(.acknowledge, acknowledgment: 5001)
        #expect(state == .established)
        fromClient([.fin, .acknowledge], acknowledgment: 5001)
        #expect(state == .halfClosed)
        fromServer([.fin, .acknowledge], acknowledgment: 1002)
        #expect(state == .closing)
        fromClient(.acknowledge, sequence: 1002, acknowledgment: 5002)
        #expect(box.outcomes.allSatisfy { $0.isForwarded })
        box.wait(7)
        #expect(ended == "  ended 1: TCP FINs, 0 bytes")
        #expect(box.counters.tcpFlows == 1)
    }

    @Test(arguments: [
        TCPHeader.Flags.acknowledge, [.syn, .acknowledge], [.fin, .acknowledge], .reset, [.reset, .acknowledge],
    ])
    func aConnectionStartsWithASYN(flags: TCPHeader.Flags) {
        #expect(fromClient(flags).reason == .tcpNotSYN)
        #expect(box.flowCount == 0)
    }

    @Test func aRecordingMayStartInTheMiddle() {
        let recording = TestBox(.recording()) { $0.acceptsMidstream = true }
        let packet = PacketBuilder(from: client, to: server).tcp(from: 40000, to: 2000)
        #expect(recording.send(packet).isForwarded)
        #expect(recording.flows.map(\.tcpState) == [.established])
    }

    @Test(
        arguments: [
            [], .push, .fin, [.syn, .fin], [.syn, .reset], [.fin, .push, .urgent], [.syn, .fin, .acknowledge],
        ] as [TCPHeader.Flags])
    func flagsThatNoStackSends(flags: TCPHeader.Flags) {
        shakeHands()
        #expect(fromClient(flags).reason == .badTCPFlags)
        #expect(state == .established)
    }

    @Test func anUnansweredSYNIsForgottenSoon() {
        fromClient(.syn)
        box.wait(29)
        #expect(box.flowCount == 1)
        box.wait(2)
        #expect(ended == "  ended 1: SYN Timeout, 0 bytes")
    }

    @Test func idleConnectionsHaveTheirOwnLimits() {
        shakeHands()
        box.wait(3590)
        #expect(box.flowCount == 1)
        fromClient([.fin, .acknowledge], acknowledgment: 5001)
        box.wait(595)
        #expect(box.flowCount == 1)
        box.wait(10)
        #expect(ended == "  ended 1: Conn-timeout, 0 bytes")
    }

    // MARK: Resets

    @Test func aResetInTheWindowEndsTheConnection() {
        shakeHands()
        #expect(fromServer(.reset, sequence: 5001 + 999).isForwarded)
        #expect(ended == "  ended 1: TCP Reset, 0 bytes")
        #expect(fromClient(.acknowledge, acknowledgment: 5001).reason == .tcpNotSYN)
    }

    @Test(arguments: [5000, 5001 + 1001, 0, 0x8000_0000] as [UInt32])
    func aResetOutsideOfTheWindowIsForged(sequence: UInt32) {
        shakeHands()
        #expect(fromServer(.reset, sequence: sequence).reason == .tcpInvalidReset)
        #expect(state == .established)
    }

    @Test func aRefusedConnectionIsReset() {
        fromClient(.syn, sequence: 1000)
        #expect(fromServer([.reset, .acknowledge], sequence: 0).isForwarded)
        #expect(box.flowCount == 0)
    }

    @Test func theWindowIsScaled() {
        let scale7: [UInt8] = [3, 3, 7]
        fromClient(.syn, sequence: 1000, options: scale7)
        fromServer([.syn, .acknowledge], sequence: 5000, options: scale7)
        fromClient(.acknowledge, acknowledgment: 5001)
        #expect(fromServer(.reset, sequence: 5001 + 1000 * 128 + 1).reason == .tcpInvalidReset)
        #expect(fromServer(.reset, sequence: 5001 + 1000 * 128).isForwarded)
    }

    // MARK: SYNs where none belongs

    @Test func bothSidesMayNotOpenAtOnce() {
        fromClient(.syn)
        #expect(fromServer(.syn).reason == .tcpDualOpen)
        #expect(fromServer([.syn, .acknowledge], sequence: 5000).isForwarded)
    }

    /// A phone that was switched off and on again uses the same port: the server's answer and the phone's reset to it
    /// (RFC 5961 section 4) clear the way.
    @Test func aHostThatHasStartedAnewGetsThrough() {
        shakeHands()
        #expect(fromClient(.syn, sequence: 77_000).isForwarded)
        #expect(state == .established, "a SYN alone, which may be forged, changes nothing")
        #expect(fromServer(.acknowledge, sequence: 5001).isForwarded)
        #expect(fromClient(.reset, sequence: 1001).isForwarded)
        #expect(fromClient(.syn, sequence: 77_000).verdict.opensFlow)
    }

    @Test func theSamePortsMayBeUsedAgainAtOnce() {
        shakeHands()
        fromClient([.fin, .acknowledge], acknowledgment: 5001)
        fromServer([.fin, .acknowledge], acknowledgment: 1002)
        let again = fromClient(.syn, sequence: 90_000)
        #expect(again.verdict.opensFlow)
        #expect(state == .synSent)
        #expect(box.flowCount == 1)
        #expect(box.counters.tcpFlows == 2)
    }
}
