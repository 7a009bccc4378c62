import ConfigLanguage
import Testing
import Wire

@testable import Box
@testable import Inspection

/// What the log says of Skinny: 608001 to 608005 (cisco-facts 5.4), and what the box has done of its own.
@Suite struct SkinnySyslogTests {
    private func line(_ fact: SkinnyEvent) throws -> String {
        let names = InterfaceNames(try configuration(exampleText))
        let syslog = SyslogText(names, accessLists: [])
        return syslog.message(Event(time: .zero, kind: .skinny(fact))) { _ in nil }.text
    }

    private func summary(_ id: SkinnyMessageID, _ length: Int = 40) throws -> SkinnyMessageSummary {
        let names = InterfaceNames(try configuration(exampleText))
        return SkinnyMessageSummary(
            id: id, length: length, source: Endpoint(IPAddress(v4: 0x62d0_311e), 49_152),
            sourceInterface: try #require(names.index(of: "outside")),
            destination: Endpoint(IPAddress(v4: 0xc000_0265), 2000),
            destinationInterface: try #require(names.index(of: "inside")))
    }

    @Test func whatAnInspectionMapRefuses() throws {
        let ends = "outside:98.208.49.30/49152 to inside:192.0.2.101/2000"
        #expect(
            try line(.violated(try summary(.keepAlive, 4), .tooShort))
                == "%ASA-4-608002: Dropping Skinny message for \(ends), SCCPPrefix length 4 too small")
        #expect(
            try line(.violated(try summary(.callInfo, 388), .tooLong))
                == "%ASA-4-608003: Dropping Skinny message for \(ends), SCCPPrefix length 388 too large")
        #expect(
            try line(.violated(try summary(SkinnyMessageID(0x182)), .notAllowed))
                == "%ASA-4-608004: Dropping Skinny message for \(ends), message id 0x182 not allowed")
        #expect(
            try line(.violated(try summary(.offHook), .notRegistered))
                == "%ASA-4-608005: Dropping Skinny message for \(ends), message id 0x6 registration not complete")
    }

    @Test func whereMediaGoes() throws {
        let message = try summary(.openReceiveChannelAck)
        let fact = SkinnyEvent.channel(
            message, from: IPAddress(v4: 0xc000_0219), message.destinationInterface, to: message.source.address,
            message.sourceInterface)
        #expect(
            try line(fact)
                == "%ASA-6-608001: Pre-allocate Skinny RTP secondary channel for inside:192.0.2.25 to outside:98.208.49.30 "
                + "from OpenReceiveChannelAck message")
    }

    @Test func onlyWhatPassesAndCallsAreForDebugAlone() throws {
        let message = try summary(.openReceiveChannel)
        let kinds = [
            SkinnyEvent.passed(message), .dropped(message, "why"), .refused(message, "why"), .noted(message, "what"),
            .acted(message, what: "Dropped"), .violated(message, .notAllowed),
        ].map { Event.Kind.skinny($0).debugging?.kind }
        #expect(kinds == [.events, .errors, .errors, .errors, .errors, .errors])
        #expect(Event.Kind.skinny(.passed(message)).debugging?.topic == .skinny)
        #expect(try line(.noted(message, "what")).contains("SKINNY"))
    }
}
