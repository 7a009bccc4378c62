import ConfigLanguage
import Inspection
import SystemCalls
import TLSProxy
import TLSTestSupport
import TestSupport
import Testing
import Trust
import Wire

@testable import Box

/// Between the terminator and the engine: a phone's connection, the one to its call server, and what is told of both.
@Suite struct StreamDeskTests {
    private static let ping = Array("\r\n\r\n".utf8)

    @Test func whatAPhoneSaysReachesItsServerAndTheAnswerComesBack() throws {
        let calls = try CallSite()
        calls.server.echo(connections: 1)
        try calls.start()
        let phone = try calls.phone()
        try #require(phone.shakeHands(), "\(phone.reasons)")
        #expect(phone.write(Self.ping))
        #expect(phone.read(exactly: 4) == Self.ping)
        phone.finish()
        #expect(phone.readToEnd() == [])
        #expect(
            calls.story(until: "closed") == [
                "accepted from outside", "handshake with phone", "connected to 127.0.0.3", "closed",
            ])
        let left = try #require(calls.stop())
        #expect(left.streams == 0)
        #expect(left.counters.streams.accepted == 1 && left.counters.streams.closed == 1)
    }

    @Test func theServerSeesThePhonesAddress() throws {
        let calls = try CallSite()
        try calls.start()
        let phone = try calls.phone()
        try #require(phone.shakeHands())
        do {
            let upstream = try calls.server.accept()
            #expect(upstream.remote?.address == phone.socket.local.address)
            upstream.reset()
        }
        _ = phone.readToEnd()
        #expect(calls.story(until: "closed").last == "closed")
        #expect(calls.stop()?.streams == 0)
    }

    @Test func aPhoneThatIsNotLetInLeavesNothing() throws {
        let calls = try CallSite()
        try calls.start()
        let phone = try calls.phone("foreign")
        // With TLS 1.3 the refusal comes behind the phone's own end of the handshake.
        #expect(!phone.shakeHands() || phone.read() == nil)
        #expect(
            calls.story(until: "closed") == ["accepted from outside", "no handshake with phone", "closed"])
        #expect(calls.stop()?.streams == 0)
    }

    @Test func aServerThatIsNotThereIsToldToTheEngine() throws {
        let calls = try CallSite()
        calls.server.stopListening()
        try calls.start()
        let phone = try calls.phone()
        try #require(phone.shakeHands())
        #expect(phone.readToEnd() == [])
        let story = calls.story(until: "closed")
        #expect(story.contains { $0.hasPrefix("not connected: ECONNREFUSED") }, "\(story)")
        let left = try #require(calls.stop())
        #expect(left.streams == 0 && left.counters.streams.connectFailures == 1)
    }

    // MARK: Mixed mode

    @Test func aServerInMixedModeIsShownACertificateOfThePhonesOwn() throws {
        let ldc = try LocalAuthority()
        let calls = try CallSite(mixed: true) { try ldc.plans(believing: [$0.anchor("root")]) }
        try calls.start()
        let phone = try calls.phone()
        try #require(phone.shakeHands())
        let upstream = try calls.secureServer(authority: ldc.file)
        try #require(upstream.shakeHands(), "\(upstream.reasons)")
        #expect(upstream.peerSubject == "/O=Cisco Systems Inc./OU=EVVBU/CN=CP-7962G-SEP002155554502")
        #expect(phone.write(Self.ping))
        #expect(upstream.read(exactly: 4) == Self.ping)
        #expect(upstream.write(Array("\r\n".utf8)))
        #expect(phone.read(exactly: 2) == Array("\r\n".utf8))
        phone.finish()
        #expect(upstream.readToEnd() == [])
        upstream.finish()
        #expect(
            calls.story(until: "closed") == [
                "accepted from outside", "handshake with phone", "connected to 127.0.0.3", "handshake with server",
                "closed",
            ])
        #expect(calls.stop()?.streams == 0)
        #expect(ldc.identities.count == 1)
    }

    @Test func aPhoneThatNoCertificateCanBeMadeForIsLetGo() throws {
        // The issuer's own has ended.
        let ldc = try LocalAuthority(madeAt: Timestamp(seconds: 0))
        let calls = try CallSite(mixed: true) { try ldc.plans(believing: [$0.anchor("root")]) }
        try calls.start()
        let phone = try calls.phone()
        try #require(phone.shakeHands())
        #expect(phone.readToEnd() == [])
        let story = calls.story(until: "closed")
        #expect(
            story.contains("not connected: no certificate for the phone: the issuer's certificate has expired"),
            "\(story)")
        #expect(calls.stop()?.streams == 0)
    }

    @Test func aServerThatNobodyVouchesForGetsNothing() throws {
        let ldc = try LocalAuthority()
        let calls = try CallSite(mixed: true) { try ldc.plans(believing: [$0.anchor("stranger")]) }
        try calls.start()
        let phone = try calls.phone()
        try #require(phone.shakeHands() && phone.write(Self.ping))
        let upstream = try calls.secureServer(authority: ldc.file)
        #expect(!upstream.shakeHands())
        #expect(phone.readToEnd() == [])
        #expect(calls.story(until: "closed").contains("no handshake with server"))
        #expect(calls.stop()?.streams == 0)
    }

    // MARK: What captures see

    @Test func bothConnectionsAreSeenInTheClearAtTheClearPort() throws {
        let calls = try CallSite()
        calls.server.echo(connections: 1)
        try calls.start()
        let phone = try calls.phone()
        let local = phone.socket.local
        try #require(phone.shakeHands() && phone.write(Self.ping) && phone.read(exactly: 4) == Self.ping)
        phone.finish()
        #expect(phone.readToEnd() == [])
        _ = calls.story(until: "closed")
        calls.stop()
        // However TCP has cut it.
        var pieces: [SignallingPiece] = []
        for piece in calls.pieces.value {
            if let last = pieces.last, last.side == piece.side, last.isFromInitiator == piece.isFromInitiator {
                pieces[pieces.count - 1].bytes += piece.bytes
            } else {
                pieces.append(piece)
            }
        }
        #expect(
            pieces.map { "\($0.side) \($0.isFromInitiator)" } == [
                "phone true", "server true", "server false", "phone false",
            ])
        #expect(pieces.allSatisfy { $0.bytes == Self.ping })
        #expect(pieces[0].initiator == local)
        #expect(pieces[0].responder == Endpoint(IPAddress(v4: 0x7f00_0002), calls.server.endpoint.port))
        #expect(pieces[1].initiator.address == local.address)
        #expect(pieces[1].responder == calls.server.endpoint)
        #expect(pieces.map(\.interface) == [outside, inside, inside, outside])
        #expect(Set(calls.ends.value.map { $0.split(separator: " ").last }) == ["phone", "server", "both"])
    }
}
