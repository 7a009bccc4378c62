import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// Floods and rubbish: everything is bounded, nothing traps, and a phone elsewhere boots as ever.
@Suite struct PhoneFloodTests {
    private func request(_ number: Int) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return "SEP" + String(repeating: "0", count: 12 - digits.utf8.count) + digits + ".cnf.xml.sgn"
    }

    /// Ten thousand different files asked for from one address, all of which take a signature.
    @Test func oneAddressDoesNotKeepAnotherWaiting() throws {
        let lab = try PhoneBootTests.lab { $0.phoneFileLimit = 4096 }
        lab.signsAtOnce = false
        let flood = try lab.phone("203.0.113.66")
        for number in 1...10_000 {
            lab.server.files[String(request(number).dropLast(4))] = PhoneBootTests.file
            lab.ask(flood, request(number))
            // A slow hand.
            if number % 100 == 0, let errand = lab.waiting.first { lab.complete(errand) }
        }
        #expect(lab.files.overLimit > 5_000, "a share of the sessions, and no more")
        #expect(lab.box.counters.count(of: .phoneProxyLimit) == lab.files.overLimit)
        #expect(lab.box.sessionCount <= 2 * 512, "its share, and as many that are over")
        #expect(lab.waiting.count == PhoneFileTable.signaturesUnderWay, "the hand is not flooded either")
        let phone = try lab.phone()
        lab.ask(phone, "CTLFile.tlv")
        #expect(phone.last.isComplete)
        lab.ask(phone, PhoneBootTests.name + ".sgn")
        // The signatures under way are finished first, then it is the phone's turn.
        var count = 0
        while !phone.last.isComplete, let errand = lab.waiting.first {
            lab.complete(errand)
            count += 1
        }
        #expect(phone.last.isComplete)
        #expect(count <= PhoneFileTable.signaturesUnderWay + 2)
        lab.signsAtOnce = true
        lab.wait(400)
        lab.expectEmpty()
    }

    /// What is served does not count against what one address may have under way, at once or within the linger.
    @Test func aSiteBehindOneAddressBootsWhole() throws {
        let lab = try PhoneBootTests.lab { $0.phoneFileLimit = 64 }
        let site = try lab.phone()
        for number in 1...200 {
            site.nextPort()
            lab.ask(site, "CTLFile.tlv")
            #expect(site.last.isComplete, "phone \(number)")
            if number % 8 == 0 { lab.wait(1) }
        }
        #expect(lab.files.overLimit == 0)
        #expect(lab.box.sessionCount <= 24, "those that are over do not fill the table either")
        lab.wait(120)
        lab.expectEmpty()
    }

    @Test func theTableOfSessionsIsBounded() throws {
        let lab = try PhoneBootTests.lab { $0.phoneFileLimit = 16 }
        lab.server.isSilent = true
        let phones = try (1...40).map { try lab.phone("98.208.49.\($0)") }
        for phone in phones { lab.ask(phone, "tones.xml.sgn") }
        #expect(lab.box.sessionCount == 16)
        #expect(lab.files.overLimit == 24)
        lab.wait(120)
        lab.expectEmpty()
        lab.server.isSilent = false
        lab.ask(phones[39], "tones.xml.sgn")
        #expect(phones[39].last.isComplete)
    }

    @Test func releasesThatNobodyTakesAreCounted() throws {
        var settings = EngineSettings()
        settings.trustList = PhoneLab.trustList
        var engine = Engine(try .phoneProxy(), settings)
        let (phone, server) = (try address("98.208.49.30"), try address("10.10.0.26"))
        for port in 1024..<6000 as Range<UInt16> {
            var packet = PacketBuilder(from: phone, to: server)
                .udp(from: port, to: 69, TFTPBytes.readRequest("CTLFile.tlv"))
            var span = packet.mutableSpan
            _ = engine.process(&span, from: InterfaceIndex(1), at: Timestamp(seconds: 1_000_000))
        }
        let taken = engine.takeReleases().count
        #expect(taken == Engine.releaseLimit || engine.counters.phoneProxy.overLimit > 0)
        #expect(engine.counters.injected == UInt64(taken))
    }

    /// Requests, answers and acknowledgments of all kinds, most of them damaged, in any order.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func tenThousandDamagedPackets(_ seed: UInt64) throws {
        let lab = try PhoneBootTests.lab { $0.phoneFileLimit = 64 }
        var generator = SeededGenerator(seed: seed)
        let phones = try ["98.208.49.30", "69.181.112.219"].map { try lab.phone($0) }
        lab.server.files[PhoneBootTests.name] = PhoneBootTests.named
        for number in 0..<3_500 {
            let phone = phones[number % 2]
            lab.signsAtOnce = Bool.random(using: &generator)
            lab.resolvesAtOnce = Bool.random(using: &generator)
            lab.server.isSilent = Int.random(in: 0...3, using: &generator) == 0
            var (packet, interface) = try Self.packet(phone, lab.server, &generator)
            if number % 3 != 0 { packet = generator.mutated(packet) }
            lab.send(packet, on: interface)
            if number % 50 == 0 { lab.wait(Int.random(in: 0...20, using: &generator)) }
            if let errand = lab.waiting.randomElement(using: &generator) { lab.complete(errand) }
        }
        #expect(lab.box.counters.read > 3_500)
        #expect(lab.files.requests > 200, "enough of it means something")
        #expect(lab.files.configurationsServed + lab.files.otherFilesServed + lab.files.trustListsServed > 10)
        lab.wait(500)
        lab.expectEmpty()
        lab.box.finish()
    }

    private static func packet(
        _ phone: BootingPhone, _ server: ScriptedServer, _ generator: inout SeededGenerator
    ) throws -> (packet: [UInt8], interface: String) {
        let files = [
            "CTLFile.tlv", "CTLSEP001B54AABBCC.tlv", PhoneBootTests.name + ".sgn", "tones.xml.sgn", "a.loads", "x.sgn",
            PhoneBootTests.name, "ITLFile.tlv",
        ]
        let file = try #require(files.randomElement(using: &generator))
        let block = UInt16.random(in: 0...3, using: &generator)
        let port = phone.last.port ?? 69
        switch Int.random(in: 0...9, using: &generator) {
        case 0...4:
            if Bool.random(using: &generator) { phone.nextPort() }
            return (phone.request(TFTPBytes.readRequest(file, options: [("blksize", "600")])), "outside")
        case 5: return (phone.packet(TFTPBytes.acknowledgment(block), to: port), "outside")
        case 6: return (phone.packet(TFTPBytes.error(0, "no"), to: port), "outside")
        case 7: return (phone.request(TFTPBytes.writeRequest(file)), "outside")
        default:
            let message = Bool.random(using: &generator) ? TFTPBytes.data(block, [1, 2]) : TFTPBytes.error(1, "none")
            return (server.packet(message, from: 20_000 + block, to: Endpoint(phone.address, phone.port)), "inside")
        }
    }
}
