import ConfigLanguage
import Inspection
import TestSupport
import Testing
import Wire

@testable import Box

/// What the engine orders of hands is carried out or told to be impossible; nothing waits for ever.
@Suite struct CallHandsTests {
    private static let phone = "98.208.49.30:49152"
    private let id = BrainStreamID(1)

    /// An engine to which a phone's call has just been answered: it wants media, and has words for both sides.
    private func engineWithACall() throws -> EngineHolder {
        let holder = EngineHolder(try configuration(CallTexts.box))
        let now = evening
        holder.engine.take(
            .accepted(
                id, phone: try endpoint(Self.phone), destination: try endpoint("10.10.0.26:5061"), interface: outside),
            at: now)
        let identity = PeerIdentity(commonName: "SEP001E7AC4DA9C", subject: "cn=SEP001E7AC4DA9C")
        holder.engine.take(.secured(id, identity: identity, cipher: nil), at: now)
        holder.engine.take(.connected(id, local: try endpoint("98.208.49.30:40001"), cipher: nil), at: now)
        let (invite, answer) = (CallTexts.invite, CallTexts.answer)
        holder.engine.receive(invite.span, from: .server, of: id, at: now)
        holder.engine.receive(answer.span, from: .phone, of: id, at: now)
        return holder
    }

    @Test func withoutAMediaHandTheEngineHearsThatNothingIsCarried() throws {
        let holder = try engineWithACall()
        try #require(holder.hasMediaOrders && holder.hasStreamOrders)
        CallHands().perform(from: &holder.engine, at: evening)
        #expect(!holder.hasMediaOrders && !holder.hasStreamOrders)
        var reasons: [String] = []
        while let event = holder.engine.nextEvent() {
            if case .media(.failed(_, _, let reason)) = event.kind { reasons.append(reason) }
        }
        #expect(reasons == ["nothing carries media here"])
        let opened = holder.engine.counters.media.sessionsOpened
        #expect(opened == 1)
    }

    @Test func whatNobodyCarriesIsNotKept() throws {
        let holder = EngineHolder(try configuration(CallTexts.box))
        holder.engine.take(
            .accepted(
                id, phone: try endpoint(Self.phone), destination: try endpoint("10.10.0.26:9"), interface: outside),
            at: evening)
        try #require(holder.hasStreamOrders)
        var hands = CallHands()
        hands.perform(from: &holder.engine, at: evening)
        #expect(!holder.hasStreamOrders)
        hands.deliver(to: &holder.engine, at: evening) { _ in Issue.record("nothing can have come") }
        #expect(hands.ciphers.phones.isEmpty && hands.ciphers.servers == nil)
        hands.watch = nil
        hands.stop()
    }
}

/// A class, so that a test can hold what can not be copied.
final class EngineHolder {
    var engine: Engine

    init(_ configuration: Configuration) { engine = Engine(configuration) }

    var hasMediaOrders: Bool { engine.hasMediaOrders }
    var hasStreamOrders: Bool { engine.hasStreamOrders }
}
