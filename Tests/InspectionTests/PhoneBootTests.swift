import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// What a phone gets when it boots through the box: its trust list, its configuration, and what else it asks for.
@Suite struct PhoneBootTests {
    static let name = "SEP001B54AABBCC.cnf.xml"
    static let file = Array(
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <device>
        <deviceProtocol>SCCP</deviceProtocol>
        <devicePool><callManagerGroup><members><member priority="0"><callManager>
        <ports><ethernetPhonePort>2000</ethernetPhonePort></ports>
        <processNodeName>192.0.2.101</processNodeName>
        </callManager></member></members></callManagerGroup></devicePool>
        <vendorConfig><pcPort>0</pcPort></vendorConfig>
        <deviceSecurityMode>1</deviceSecurityMode>
        </device>

        """.utf8)
    static let named = Array(
        String(decoding: file, as: UTF8.self).replacing("192.0.2.101", with: "ccm.example.com").utf8)
    static let tones = [UInt8](repeating: 0x74, count: 2000)

    static func lab(
        _ configuration: Configuration? = nil, _ change: (inout EngineSettings) -> Void = { _ in }
    ) throws -> PhoneLab {
        let lab = try PhoneLab(configuration ?? .phoneProxy(), change)
        lab.server.files = [name: file, "tones.xml": tones, "term70.default.loads": tones]
        return lab
    }

    // MARK: Files that the box answers itself

    @Test func theTrustListComesFromTheBox() throws {
        let lab = try Self.lab()
        let phone = try lab.phone()
        let outcome = lab.ask(phone, "CTLSEP001B54AABBCC.tlv")
        #expect(outcome.verdict.action == .consume)
        #expect(outcome.verdict.trafficClass == .inspectPhoneProxy)
        #expect(phone.last.bytes == PhoneLab.trustList)
        #expect(phone.last.isComplete)
        #expect(lab.server.requests.isEmpty, "the server is not asked for it")
        #expect(lab.sent.allSatisfy { $0.interface == "outside" })
        #expect(lab.files.trustListsServed == 1)
        #expect(lab.box.securePhones.map(\.device.description) == ["001b.54aa.bbcc"])
        #expect(lab.box.securePhones.map(\.isVerified) == [false], "a request gives no rights")
        #expect(lab.box.transfers.map(\.status) == [.complete])
        #expect(lab.box.transfers.map(\.bytes) == [UInt64(PhoneLab.trustList.count)])
        #expect(lab.box.counters.injected == UInt64(lab.sent.count))
        #expect(lab.box.counters.consumed == lab.box.counters.read)
    }

    @Test func packetsOfTheBoxAreSoundAndComeFromTheAddressThatWasAsked() throws {
        let lab = try Self.lab()
        lab.ask(try lab.phone(), "CTLFile.tlv", options: [("blksize", "1000")])
        lab.ask(try lab.phone(), Self.name + ".sgn")
        #expect(lab.sent.count > 6)
        for (interface, packet) in lab.sent {
            let ip = try IPHeader.decode(packet.span)
            #expect(PacketChecksum.verifyTransport(packet.span, ip) == .right)
            let isSound = IPHeader.hasValidV4Checksum(packet.span, headerLength: ip.transportOffset)
            #expect(isSound)
            let ends = "\(ip.source) > \(ip.destination)"
            #expect(ends == (interface == "outside" ? "10.10.0.26 > 98.208.49.30" : "98.208.49.30 > 192.0.2.101"))
        }
    }

    @Test func theConfigurationIsFetchedAsThePhoneRewrittenAndSigned() throws {
        let lab = try Self.lab()
        let phone = try lab.phone()
        lab.ask(phone, Self.name + ".sgn")
        #expect(lab.server.requests.map(\.file) == [Self.name])
        #expect(lab.server.requests.map(\.client) == [Endpoint(phone.address, phone.port)])
        #expect(lab.signatures == [Self.name + ".sgn"])
        #expect(phone.last.isComplete)
        let text = String(decoding: phone.last.bytes, as: UTF8.self)
        #expect(text.hasPrefix("signed \(Self.name).sgn\n<?xml"))
        #expect(text.contains("<deviceSecurityMode>3</deviceSecurityMode>"))
        #expect(text.contains("<processNodeName>10.10.0.26</processNodeName>"))
        #expect(lab.files.configurationsServed == 1)
        let toPhones = lab.sent.filter { $0.interface == "outside" }
        #expect(toPhones.allSatisfy { !$0.packet.contains(Array("<pcPort>0".utf8)) })
    }

    @Test func anyOtherFileIsSignedUnchanged() throws {
        let lab = try Self.lab()
        let phone = try lab.phone()
        lab.ask(phone, "tones.xml.sgn")
        #expect(phone.last.bytes == PhoneLab.signed("tones.xml.sgn", Self.tones))
        #expect(lab.files.otherFilesServed == 1)
    }

    @Test(arguments: ["term70.default.loads", "cnu70.8-4-1-23.sbn", "apps70.8-4-1-23.zz.sgn"])
    func firmwarePassesInspected(_ file: String) throws {
        let lab = try Self.lab()
        lab.server.files[file] = Self.tones
        let phone = try lab.phone()
        let outcome = lab.ask(phone, file)
        #expect(outcome.isForwarded)
        #expect(outcome.verdict.trafficClass == .inspectPhoneProxy)
        #expect(phone.last.bytes == Self.tones)
        #expect(lab.signatures.isEmpty)
        #expect(lab.files.passed == 1)
        #expect(lab.box.counters.injected == 0)
        #expect(lab.box.transfers.map(\.status) == [.complete])
        #expect(lab.box.flows.allSatisfy { $0.trafficClass == .inspectPhoneProxy })
    }

    @Test(
        arguments: [
            ("CTLFile.tlv", 1315), ("SEP001B54AABBCC.cnf.xml.sgn", nil), ("tones.xml.sgn", 2021),
        ] as [(String, Int?)])
    func optionsAreGrantedByTheBox(_ file: String, _ size: Int?) throws {
        let lab = try Self.lab()
        let phone = try lab.phone()
        lab.ask(phone, file, options: [("blksize", "1024"), ("tsize", "0")])
        #expect(phone.last.grantedOptions.first == "blksize=1024")
        #expect(phone.last.grantedOptions.last == "tsize=\(size ?? phone.last.bytes.count)")
        #expect(phone.last.isComplete)
    }

    // MARK: One signature per file

    @Test func anUnchangedFileIsSignedOnce() throws {
        let lab = try Self.lab()
        for address in ["98.208.49.30", "69.181.112.219", "98.208.49.30"] {
            let phone = try lab.phone(address)
            lab.ask(phone, "tones.xml.sgn")
            lab.ask(phone, Self.name + ".sgn")
            #expect(phone.last.isComplete)
            lab.wait(1)
        }
        #expect(lab.signatures.count == 2)
        #expect(lab.files.cacheHits == 4)
        #expect(lab.server.requests.count == 6, "each is fetched, so that a changed one is seen at once")
        lab.server.files["tones.xml"] = [1, 2, 3]
        let phone = try lab.phone()
        lab.ask(phone, "tones.xml.sgn")
        #expect(phone.last.bytes == PhoneLab.signed("tones.xml.sgn", [1, 2, 3]))
        #expect(lab.signatures.count == 3)
    }

    @Test func phonesThatAskAtOneTimeShareTheFetchAndTheSignature() throws {
        let lab = try Self.lab()
        lab.signsAtOnce = false
        let phones = try (1...20).map { try lab.phone("98.208.49.\($0)") }
        for phone in phones { lab.ask(phone, "tones.xml.sgn") }
        #expect(lab.waiting.count == 1)
        lab.complete(try #require(lab.waiting.first))
        #expect(phones.allSatisfy { $0.last.isComplete && $0.last.bytes == phones[0].last.bytes })
        #expect(lab.server.requests.count == 1)
    }

    /// As after a power cut: thousands of phones ask for the same within a second.
    @Test func aComparisonHoldsForATenthOfASecond() throws {
        let lab = try Self.lab()
        let phones = try (1...5).map { try lab.phone("98.208.49.\($0)") }
        lab.ask(phones[0], "tones.xml.sgn")
        for phone in phones[1...3] { lab.ask(phone, "tones.xml.sgn") }
        #expect(lab.server.requests.count == 2, "once to be signed, and once to be compared")
        #expect(lab.files.cacheHits == 3)
        #expect(phones[0...3].allSatisfy { $0.last.isComplete && $0.last.bytes == phones[0].last.bytes })
        lab.server.files["tones.xml"] = [1, 2, 3]
        lab.box.now = Timestamp(nanoseconds: lab.box.now.nanoseconds + FileCache.comparisonLife)
        lab.ask(phones[4], "tones.xml.sgn")
        #expect(phones[4].last.bytes == PhoneLab.signed("tones.xml.sgn", [1, 2, 3]))
        #expect(lab.server.requests.count == 3)
    }

    // MARK: Where the phone proxy is

    @Test(arguments: ["outside", nil] as [String?])
    func itIsAttachedToOneInterfaceOrToAll(_ interface: String?) throws {
        let configuration = try Configuration.phoneProxy(attachedTo: interface)
        let lab = try Self.lab(configuration)
        let phone = try lab.phone()
        #expect(lab.ask(phone, "CTLFile.tlv").verdict.trafficClass == .inspectPhoneProxy)
        // From the server's own side nothing is the phone proxy's, whatever the policy.
        let desk = try TFTPHost(lab.box, on: "inside", "192.0.2.16:50000", to: "203.0.113.9:69")
        #expect(desk.read("CTLFile.tlv").verdict.trafficClass == .inspectTFTP)
    }

    @Test func withoutAPolicyItIsNowhere() throws {
        var configuration = try Configuration.phoneProxy()
        configuration.servicePolicies.removeAll { $0.interface == "outside" }
        let lab = try Self.lab(configuration)
        lab.server.files["CTLFile.tlv"] = [1]
        let phone = try lab.phone()
        #expect(lab.ask(phone, "CTLFile.tlv").verdict.trafficClass == .inspectTFTP)
    }

    @Test func onAnotherInterfaceThanThePolicysItIsNot() throws {
        let lab = try Self.lab(try .phoneProxy(attachedTo: "inside"))
        #expect(lab.ask(try lab.phone(), "x.txt").verdict.trafficClass == .inspectTFTP)
    }

    @Test func theAccessListStillDecides() throws {
        var configuration = try Configuration.phoneProxy()
        configuration.accessLists["outside-inbound"] = nil
        configuration.accessGroups = []
        let lab = try Self.lab(configuration.listing([try entry(.deny, .udp)], on: "outside"))
        #expect(lab.ask(try lab.phone(), "CTLFile.tlv").reason == .aclDrop)
        lab.expectEmpty()
    }

    @Test func theServersPortMayBeTranslatedAlone() throws {
        var configuration = try Configuration.phoneProxy()
        configuration.translations = []
        configuration = try configuration.translating("192.0.2.101", to: "10.10.0.24", service: (69, 69))
        let lab = try Self.lab(configuration)
        let phone = try lab.phone("98.208.49.30", server: "10.10.0.24:69")
        for file in ["CTLFile.tlv", Self.name + ".sgn", "tones.xml.sgn", "term70.default.loads"] {
            lab.ask(phone, file)
            #expect(phone.last.isComplete, "\(file)")
        }
        #expect(lab.files.passed == 1)
    }

    @Test func withoutTranslationTheServersOwnAddressIsAsked() throws {
        var configuration = try Configuration.phoneProxy()
        configuration.translations = []
        let lab = try Self.lab(configuration)
        let phone = try lab.phone("98.208.49.30", server: "192.0.2.101:69")
        for file in ["CTLFile.tlv", Self.name + ".sgn", "term70.default.loads"] {
            lab.ask(phone, file)
            #expect(phone.last.isComplete, "\(file)")
        }
    }

    @Test func phonesMayHaveIPv6() throws {
        let lab = try PhoneLab(.phoneProxy(), server: "[2001:db8:1::101]:69")
        lab.server.files = [Self.name: Self.file, "tones.xml": Self.tones, "a.loads": Self.tones]
        let phone = try lab.phone("2001:db8:9::9", server: "[2001:db8:2::26]:69")
        for file in ["CTLFile.tlv", Self.name + ".sgn", "tones.xml.sgn"] {
            lab.ask(phone, file, options: [("blksize", "1468")])
            #expect(phone.last.isComplete, "\(file)")
        }
        #expect(lab.sent.allSatisfy { $0.packet.count <= 1500 })
        lab.ask(phone, "a.loads")
        #expect(phone.last.isComplete)
    }

    /// The datagram is one request however many pieces it comes in, and all of them are for the box.
    @Test func aRequestMayComeInFragments() throws {
        let lab = try Self.lab()
        let phone = try lab.phone()
        phone.nextPort()
        let request = phone.request(TFTPBytes.readRequest("CTLFile.tlv", options: [("blksize", "600")]))
        let pieces = try PacketBuilder(from: phone.address, to: phone.server.address).fragments(of: request, size: 16)
        for piece in pieces { lab.send(piece, on: "outside") }
        #expect(phone.last.bytes == PhoneLab.trustList)
        #expect(lab.box.counters.consumed == lab.box.counters.read)
        #expect(lab.box.counters.injected == UInt64(lab.sent.count), "no piece went on")
    }

    /// A recorded phone answers the port that was chosen when it was recorded.
    @Test(arguments: [true, false])
    func aRecordingIsFollowedToItsOwnPorts(_ follows: Bool) throws {
        let lab = try Self.lab { $0.followsRecordedPorts = follows }
        let phone = try lab.phone()
        phone.isDeaf = true
        lab.ask(phone, "CTLFile.tlv")
        let port = try #require(phone.last.port) ^ 0x55
        let recorded = try TFTPHost(lab.box, on: "outside", "98.208.49.30:\(phone.port)", to: "10.10.0.26:\(port)")
        for block in 1...3 as ClosedRange<UInt16> {
            #expect((recorded.acknowledge(block).verdict.action == .consume) == follows)
        }
        #expect(lab.box.transfers.map(\.status) == (follows ? [.complete] : []))
    }

    // MARK: Afterwards

    @Test func clearingConnectionsEndsSessionsToo() throws {
        let lab = try Self.lab()
        lab.server.isSilent = true
        lab.ask(try lab.phone(), Self.name + ".sgn")
        _ = lab.box.clear()
        lab.expectEmpty()
    }

    @Test func nothingIsLeft() throws {
        let lab = try Self.lab()
        let phone = try lab.phone()
        for file in ["CTLSEP001B54AABBCC.tlv", Self.name + ".sgn", "tones.xml.sgn", "term70.default.loads"] {
            lab.ask(phone, file)
            #expect(phone.last.isComplete, "\(file)")
        }
        #expect(lab.box.sessionCount > 0)
        lab.wait(200)
        lab.expectEmpty()
        #expect(lab.box.securePhones.count == 1)
        lab.wait(200)
        #expect(lab.box.securePhones.isEmpty)
    }

    @Test func theSameInputGivesTheSamePackets() throws {
        func boot(_ seed: UInt64) throws -> ([[UInt8]], String) {
            let lab = try PhoneLab(.phoneProxy(), seed: seed)
            lab.server.files = [Self.name: Self.file]
            let phone = try lab.phone()
            for file in ["CTLSEP001B54AABBCC.tlv", Self.name + ".sgn"] { lab.ask(phone, file) }
            return (lab.sent.map(\.packet), lab.box.text)
        }
        let (first, second, other) = (try boot(7), try boot(7), try boot(8))
        #expect(first.0 == second.0)
        #expect(first.1 == second.1)
        #expect(first.0 != other.0, "the box's ports can not be guessed without the seed")
        #expect(first.0.count == other.0.count)
    }
}
