import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// What goes wrong when a phone boots: each case has its message, its counter, and an end.
@Suite struct PhoneBootTroubleTests {
    private static let config = PhoneBootTests.name + ".sgn"

    private func lab(
        _ configuration: Configuration? = nil, _ change: (inout EngineSettings) -> Void = { _ in }
    ) throws -> PhoneLab {
        try PhoneBootTests.lab(configuration, change)
    }

    /// After the last word nothing stays, however it came to it.
    private func expectEnd(_ lab: PhoneLab) {
        lab.wait(200)
        lab.expectEmpty()
    }

    // MARK: Refused at once

    @Test(arguments: [
        (PhoneBootTests.name, DropReason.phoneProxyUnsignedRequest, "2 phone requesting for unsigned config file"),
        ("sep001b54aabbcc.CNF.XML", .phoneProxyUnsignedRequest, "2 phone requesting for unsigned config file"),
        ("XMLDefault.cnf.xml", .phoneProxyUnsignedRequest, "2 phone requesting for unsigned config file"),
        ("ITLSEP001B54AABBCC.tlv", .phoneProxyFileNotServed, "1 File not found"),
        ("ITLFile.tlv", .phoneProxyFileNotServed, "1 File not found"),
        ("other.tlv", .phoneProxyFileNotServed, "1 File not found"),
        (PhoneBootTests.name + ".enc.sgn", .phoneProxyFileNotServed, "1 File not found"),
    ])
    func aFileThatIsNotGivenIsRefused(_ file: String, _ reason: DropReason, _ error: String) throws {
        let lab = try lab()
        lab.server.files[file] = [1, 2, 3]
        let phone = try lab.phone()
        let outcome = lab.ask(phone, file)
        #expect(outcome.reason == reason)
        #expect(phone.last.error == error)
        #expect(phone.last.bytes.isEmpty)
        #expect(lab.server.requests.isEmpty)
        #expect(lab.box.counters.count(of: reason) == 1)
        #expect(lab.box.transfers.map(\.status) == [.error])
        lab.expectEmpty()
    }

    @Test func anUnsignedRequestHasTheChaptersMessage() throws {
        let lab = try lab()
        lab.ask(try lab.phone(), PhoneBootTests.name)
        #expect(lab.debug.contains("Error: phone requesting for unsigned config file"))
        #expect(lab.debug.first == "PP: 98.208.49.30/49153 requesting \(PhoneBootTests.name)")
        #expect(lab.files.unsignedRequests == 1)
    }

    @Test func withoutATrustListItIsSaidSo() throws {
        let lab = try lab { $0.trustList = nil }
        let phone = try lab.phone()
        #expect(lab.ask(phone, "CTLSEP001B54AABBCC.tlv").reason == .phoneProxyNoTrustList)
        #expect(phone.last.error == "1 No CTL file")
        #expect(lab.files.noTrustList == 1)
        #expect(lab.box.securePhones.isEmpty)
    }

    /// CVE-2014-0738: nothing that phones trust is taken from their side.
    @Test(arguments: ["CTLFile.tlv", "CTLSEP001B54AABBCC.tlv", PhoneBootTests.name + ".sgn", "tones.xml", "log.txt"])
    func nobodyWritesToTheServer(_ file: String) throws {
        let lab = try lab()
        let phone = try lab.phone()
        let outcome = lab.send(phone.request(TFTPBytes.writeRequest(file)), on: "outside")
        #expect(outcome.reason == .phoneProxyWriteRequest)
        #expect(phone.last.error == "2 Write request refused")
        #expect(lab.server.requests.isEmpty)
        lab.ask(phone, "CTLFile.tlv")
        #expect(phone.last.bytes == PhoneLab.trustList)
    }

    @Test func mailIsNoModeForAFile() throws {
        let lab = try lab()
        let phone = try lab.phone()
        #expect(lab.ask(phone, "CTLFile.tlv", mode: "mail").reason == .inspectionFailed)
        #expect(phone.last.error == "4 Mode not supported")
    }

    /// While the box answers a phone, what the server sends to its port ends here.
    @Test func theServersPacketsDoNotReachAPhoneThatTheBoxAnswers() throws {
        let lab = try lab()
        lab.signsAtOnce = false
        let phone = try lab.phone()
        lab.ask(phone, Self.config)
        let client = Endpoint(phone.address, phone.port)
        let forged = [TFTPBytes.data(1, [1]), TFTPBytes.data(9, [1]), TFTPBytes.error(1, "no")]
        for (number, message) in forged.enumerated() {
            for port in [69, 20_000, 31_000] as [UInt16] {
                let outcome = lab.send(lab.server.packet(message, from: port, to: client), on: "inside")
                #expect(!outcome.isForwarded, "message \(number) from port \(port)")
            }
        }
        #expect(phone.last.port == nil)
        lab.complete(try #require(lab.waiting.first))
        #expect(phone.last.isComplete)
        let late = lab.send(lab.server.packet(TFTPBytes.data(1, [1]), from: 20_000, to: client), on: "inside")
        #expect(!late.isForwarded, "nor does a late one")
    }

    // MARK: The server

    @Test func aSilentServerIsAskedAgainAndGivenUp() throws {
        let lab = try lab()
        lab.server.isSilent = true
        let phone = try lab.phone()
        lab.ask(phone, Self.config)
        for _ in 0..<12 {
            lab.wait(4)
            lab.send(phone.packet(TFTPBytes.readRequest(Self.config), to: 69), on: "outside")
        }
        let opened = "PP: opened 0x1"
        #expect(
            lab.debug.prefix(5).elementsEqual([
                "PP: 98.208.49.30/49153 requesting \(Self.config)", opened,
                "PP: Created entry for secure device 001b.54aa.bbcc",
                "PP: 98.208.49.30/49153 requesting \(Self.config)",
                "PP: Client outside:98.208.49.30/49153 retransmitting request for Config file \(Self.config)",
            ]))
        #expect(lab.server.requests.count > 3)
        #expect(phone.last.error == "0 TFTP server does not respond")
        #expect(lab.files.serverSilent >= 1)
        #expect(lab.box.story.contains("  not found: \(Self.config)"))
        expectEnd(lab)
    }

    @Test func theServersErrorReachesThePhone() throws {
        let lab = try lab()
        let phone = try lab.phone()
        lab.ask(phone, "SEP001B54AABBFF.cnf.xml.sgn")
        #expect(phone.last.error == "1 File not found")
        #expect(lab.files.serverErrors == 1)
        #expect(lab.box.story.contains("  not found: SEP001B54AABBFF.cnf.xml.sgn"))
        lab.ask(phone, "nothing.xml.sgn")
        #expect(phone.last.error == "1 File not found")
        #expect(lab.box.story.filter { $0.hasPrefix("  not found") }.count == 1, "337007 is of configuration files")
        expectEnd(lab)
    }

    @Test func aServerMayAnswerLate() throws {
        let lab = try lab()
        lab.server.isSilent = true
        let phone = try lab.phone()
        lab.ask(phone, Self.config)
        lab.wait(2)
        lab.server.isSilent = false
        lab.wait(5)
        #expect(phone.last.isComplete)
        expectEnd(lab)
    }

    @Test func aServerMayAnswerFromThePortThatWasAsked() throws {
        let lab = try lab()
        lab.server.nextPort = nil
        let phone = try lab.phone()
        lab.ask(phone, Self.config)
        #expect(phone.last.isComplete)
        lab.ask(phone, "term70.default.loads")
        #expect(phone.last.isComplete)
        expectEnd(lab)
    }

    @Test func anotherPortOfTheServersIsTurnedAway() throws {
        let lab = try lab()
        lab.server.hasEcho = true
        lab.server.grantsOptions = true
        let phone = try lab.phone()
        lab.ask(phone, "tones.xml.sgn")
        #expect(phone.last.bytes == PhoneLab.signed("tones.xml.sgn", PhoneBootTests.tones))
        #expect(!lab.server.errors.isEmpty)
        #expect(lab.server.errors.allSatisfy { $0.hasPrefix("5 ") })
    }

    @Test func aServerThatIsNotThereIsReportedAtOnce() throws {
        let lab = try lab()
        lab.server.isSilent = true
        let phone = try lab.phone()
        lab.ask(phone, Self.config)
        let request = try #require(lab.sent.last { $0.interface == "inside" })
        let error = PacketBuilder(from: lab.server.own.address, to: phone.address).unreachable(quoting: request.packet)
        #expect(lab.send(error, on: "inside").verdict.action == .consume)
        #expect(phone.last.error == "0 TFTP server does not respond")
        expectEnd(lab)
    }

    // MARK: The phone

    @Test func aSilentPhoneGetsTheSameBlockAgainAndIsGivenUp() throws {
        let lab = try lab()
        let phone = try lab.phone("68.207.118.9")
        phone.isDeaf = true
        lab.ask(phone, "CTLSEP001DA2033500.tlv")
        let port = try #require(phone.last.port)
        lab.wait(2)
        lab.send(phone.packet(TFTPBytes.readRequest("CTLSEP001DA2033500.tlv"), to: 69), on: "outside")
        let block = "PP: Data Block 1 forwarded from 10.10.0.26/\(port) to 68.207.118.9/49153 ingress ifc outside"
        #expect(lab.debug.filter { $0 == block }.count >= 2)
        #expect(
            lab.debug.contains(
                "PP: Client outside:68.207.118.9/49153 retransmitting request for CTL file CTLSEP001DA2033500.tlv"))
        lab.wait(60)
        #expect(lab.files.clientSilent == 1)
        #expect(lab.box.transfers.map(\.status) == [.incomplete])
        expectEnd(lab)
    }

    @Test func aPhoneThatIsGoneIsReportedByItsNetwork() throws {
        let lab = try lab()
        let phone = try lab.phone()
        phone.isDeaf = true
        lab.ask(phone, "CTLFile.tlv")
        let data = try #require(lab.sent.last { $0.interface == "outside" })
        let error = PacketBuilder(from: phone.address, to: phone.server.address).unreachable(quoting: data.packet)
        #expect(lab.send(error, on: "outside").verdict.action == .consume)
        #expect(lab.box.transfers.map(\.status) == [.incomplete])
        let count = lab.sent.count
        lab.wait(30)
        #expect(lab.sent.count == count, "nothing more is sent")
        lab.expectEmpty()
    }

    @Test func lostPacketsAreSentAgain() throws {
        let lab = try lab()
        let phone = try lab.phone()
        lab.losesToPhones = true
        lab.ask(phone, Self.config)
        #expect(phone.last.bytes.isEmpty)
        lab.losesToPhones = false
        lab.wait(10)
        #expect(phone.last.isComplete)
        #expect(lab.box.transfers.last?.retransmissions ?? 0 > 0)
    }

    @Test func aPhoneThatAsksForSomethingElseIsAnsweredThat() throws {
        let lab = try lab()
        lab.signsAtOnce = false
        let phone = try lab.phone()
        lab.ask(phone, Self.config)
        // From the same port.
        lab.send(phone.request(TFTPBytes.readRequest("CTLFile.tlv")), on: "outside")
        #expect(phone.last.bytes == PhoneLab.trustList)
        lab.send(phone.request(TFTPBytes.readRequest("term70.default.loads")), on: "outside")
        #expect(phone.last.bytes == PhoneBootTests.tones)
        lab.send(phone.request(TFTPBytes.readRequest("CTLFile.tlv")), on: "outside")
        #expect(phone.last.bytes == PhoneLab.trustList)
        for errand in lab.waiting { lab.complete(errand) }
        #expect(phone.last.bytes == PhoneLab.trustList, "the file of the first request comes too late")
        expectEnd(lab)
    }

    @Test func thePhonesThatWaitGoOnWhenTheFirstGivesUp() throws {
        let lab = try lab()
        lab.server.isSilent = true
        let (first, second) = (try lab.phone("98.208.49.30"), try lab.phone("69.181.112.219"))
        lab.ask(first, "tones.xml.sgn")
        lab.ask(second, "tones.xml.sgn")
        lab.server.isSilent = false
        lab.send(first.request(TFTPBytes.readRequest("CTLFile.tlv")), on: "outside")
        #expect(first.last.bytes == PhoneLab.trustList)
        #expect(second.last.bytes == PhoneLab.signed("tones.xml.sgn", PhoneBootTests.tones))
        #expect(lab.server.requests.map(\.client.address) == [first.address, second.address])
        expectEnd(lab)
    }

    @Test func theBoxsPortTakesItsOwnPhoneOnly() throws {
        let lab = try lab()
        let phone = try lab.phone()
        phone.isDeaf = true
        lab.ask(phone, "CTLFile.tlv")
        let port = try #require(phone.last.port)
        let stranger = try TFTPHost(lab.box, on: "outside", "98.208.49.31:\(phone.port)", to: "10.10.0.26:\(port)")
        #expect(stranger.acknowledge(1).reason == .aclDrop)
        let wrongPort = try TFTPHost(
            lab.box, on: "outside", "98.208.49.30:\(phone.port)", to: "10.10.0.26:\(port ^ 1)")
        #expect(wrongPort.acknowledge(1).reason == .aclDrop)
        let right = try TFTPHost(lab.box, on: "outside", "98.208.49.30:\(phone.port)", to: "10.10.0.26:\(port)")
        #expect(right.data(1).reason == .inspectionFailed)
        #expect(right.acknowledge(1).verdict.action == .consume)
    }

    // MARK: Secure phones

    @Test func aRequestDoesNotDisplaceAPhoneThatHasProvedWhoItIs() throws {
        let lab = try lab()
        let phone = try lab.phone()
        lab.ask(phone, "CTLSEP001B54AABBCC.tlv")
        let mac = try #require(MACAddress(digits: Array("001B54AABBCC".utf8)))
        #expect(lab.box.verify(.mac(mac), on: "outside", from: phone.address))
        let other = try lab.phone("69.181.112.219")
        lab.ask(other, "CTLSEP001B54AABBCC.tlv")
        #expect(lab.box.securePhones.map(\.address) == [phone.address])
        #expect(lab.box.securePhones.map(\.isVerified) == [true])
        #expect(lab.box.story.contains("  refused: 001b.54aa.bbcc is at outside:98.208.49.30"))
    }
}
