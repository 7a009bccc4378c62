import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// Files that can not be made into what the phone trusts: not rewritten, not resolved, not signed.
@Suite struct PhoneBootFileTests {
    private static let config = PhoneBootTests.name + ".sgn"

    /// After the last word nothing stays, however it came to it.
    private func expectEnd(_ lab: PhoneLab) {
        lab.wait(200)
        lab.expectEmpty()
    }

    /// Not well formed, no XML, no phone's file, encrypted, empty.
    @Test(arguments: [
        "<device", "no XML at all", "<Default></Default>", "<device><encrConfig>true</encrConfig></device>", "",
    ])
    func aFileThatCanNotBeRewrittenIsNotHandedOn(_ text: String) throws {
        let lab = try PhoneBootTests.lab()
        lab.server.files[PhoneBootTests.name] = Array(text.utf8)
        let phone = try lab.phone()
        lab.ask(phone, Self.config)
        let lines = ["PP: error parsing config file", "PP: Error modifying config file, dropping packet"]
        #expect(lab.debug.filter { lines.contains($0) } == lines)
        #expect(phone.last.error?.hasPrefix("0 Error modifying config file") == true)
        #expect(phone.last.bytes.isEmpty)
        #expect(lab.files.parsingErrors == 1)
        #expect(lab.box.counters.count(of: .phoneProxyFileNotModified) == 1)
        #expect(lab.signatures.isEmpty)
        expectEnd(lab)
    }

    @Test func hostNamesAreLookedUp() throws {
        let lab = try PhoneBootTests.lab()
        lab.server.files[PhoneBootTests.name] = PhoneBootTests.named
        lab.addresses = ["ccm.example.com": try address("192.0.2.101")]
        let phone = try lab.phone()
        lab.ask(phone, Self.config)
        #expect(String(decoding: phone.last.bytes, as: UTF8.self).contains("<processNodeName>10.10.0.26<"))
        #expect(lab.debug.contains("PP: Callback required for parsing config file"))
        lab.ask(phone, Self.config)
        #expect(lab.signatures.count == 1)
        lab.addresses = ["ccm.example.com": try address("192.0.2.105")]
        lab.ask(phone, Self.config)
        #expect(lab.signatures.count == 2, "another address is another file")
    }

    @Test(arguments: [true, false])
    func aNameWithoutAddressEndsInAClearError(_ answers: Bool) throws {
        let lab = try PhoneBootTests.lab()
        lab.server.files[PhoneBootTests.name] = PhoneBootTests.named
        lab.resolvesAtOnce = answers
        let phone = try lab.phone()
        lab.ask(phone, Self.config)
        for _ in 0..<4 where !answers {
            lab.wait(4)
            lab.send(phone.packet(TFTPBytes.readRequest(Self.config), to: 69), on: "outside")
        }
        let lines = ["PP: Unable to get dns response for id 1", "PP: Callback, error modifying config file"]
        #expect(lab.debug.filter { lines.contains($0) } == lines)
        #expect(phone.last.error == "0 Error modifying config file: no address for host ccm.example.com")
        #expect(lab.files.lookupFailures == 1)
        if !answers { lab.complete(try #require(lab.waiting.first), .resolved(.anyV4)) }
        #expect(lab.files.lateOutcomes == (answers ? 0 : 1))
        expectEnd(lab)
    }

    @Test(arguments: [
        Errand.Outcome.failed("no key"), .signed([]), .signed(Array("unrelated".utf8)), .resolved(.anyV4),
        .signed(PhoneBootTests.tones),
    ])
    func aFileWithoutASoundSignatureIsNotServed(_ outcome: Errand.Outcome) throws {
        let lab = try PhoneBootTests.lab()
        lab.signsAtOnce = false
        let phone = try lab.phone()
        lab.ask(phone, "tones.xml.sgn")
        lab.complete(try #require(lab.waiting.first), outcome)
        #expect(phone.last.error == "0 File can not be signed")
        #expect(lab.files.signingFailures == 1)
        #expect(lab.box.story.contains("  not signed: tones.xml.sgn"))
        expectEnd(lab)
    }

    @Test func aSignatureThatNeverComesIsNotWaitedForForever() throws {
        let lab = try PhoneBootTests.lab()
        lab.signsAtOnce = false
        let phone = try lab.phone()
        lab.ask(phone, "tones.xml.sgn")
        lab.wait(15)
        #expect(phone.last.error == "0 File can not be signed")
        lab.complete(try #require(lab.waiting.first))
        #expect(lab.files.lateOutcomes == 1)
        lab.box.complete(4711, .failed("nobody asked"))
        #expect(lab.files.lateOutcomes == 2)
        expectEnd(lab)
    }
}
