import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// NAT's order of operations, and where packets go.
@Suite struct TranslationTests {
    private func udp(_ from: String, _ to: String) throws -> [UInt8] {
        let (source, destination) = (try endpoint(from), try endpoint(to))
        return PacketBuilder(from: source.address, to: destination.address)
            .udp(from: source.port, to: destination.port, [1, 2, 3])
    }

    private func translating() throws -> Configuration {
        try Configuration.box().translating("192.0.2.101", to: "10.10.0.26")
            .listing([try entry(.permit)], on: "outside")
    }

    @Test func bothDirectionsOfAStaticTranslation() throws {
        let box = TestBox(try translating())
        let comes = box.send(try udp("203.0.113.9:4000", "10.10.0.26:5000"), on: "outside")
        #expect(comes.route == "203.0.113.9:4000 > 192.0.2.101:5000")
        let answer = box.send(try udp("192.0.2.101:5000", "203.0.113.9:4000"), on: "inside")
        #expect(answer.route == "10.10.0.26:5000 > 203.0.113.9:4000")
        #expect(answer.verdict.isFromInitiator == false)
        let own = box.send(try udp("192.0.2.101:6000", "203.0.113.9:4000"), on: "inside")
        #expect(own.route == "10.10.0.26:6000 > 203.0.113.9:4000")
        #expect(own.verdict.opensFlow)
        #expect(box.counters.rewritten == 3)
    }

    @Test func whatIsNotTranslatedIsNotRewritten() throws {
        let box = TestBox(try translating())
        let outcome = box.send(try udp("192.0.2.50:4000", "203.0.113.9:5000"), on: "inside")
        #expect(outcome.isForwarded)
        #expect(!outcome.verdict.isRewritten)
    }

    /// The answer would come from another address than the one that was asked.
    @Test func theRealAddressIsNotReachedFromTheMappedSide() throws {
        let box = TestBox(try translating())
        let outcome = box.send(try udp("203.0.113.9:4000", "192.0.2.101:5000"), on: "outside")
        #expect(outcome.reason == .natReversePathFailed)
        #expect(box.send(try udp("203.0.113.9:4000", "192.0.2.50:5000"), on: "outside").isForwarded)
    }

    @Test func onlyTheServicesPortIsTranslated() throws {
        let box = TestBox(
            try Configuration.box().translating("192.0.2.101", to: "10.10.0.24", service: (5000, 15000))
                .listing([try entry(.permit)], on: "outside"))
        let outcome = box.send(try udp("203.0.113.9:4000", "10.10.0.24:15000"), on: "outside")
        #expect(outcome.route == "203.0.113.9:4000 > 192.0.2.101:5000")
        let answer = box.send(try udp("192.0.2.101:5000", "203.0.113.9:4000"), on: "inside")
        #expect(answer.route == "10.10.0.24:15000 > 203.0.113.9:4000")
        let other = box.send(try udp("203.0.113.9:4000", "10.10.0.24:5000"), on: "outside")
        #expect(other.isForwarded && other.verdict.egress == nil && !other.verdict.isRewritten, "to the box itself")
        let real = box.send(try udp("203.0.113.9:4000", "192.0.2.101:5001"), on: "outside")
        #expect(real.isForwarded, "another port has no translation to go round")
    }

    @Test func aNetworkIsTranslatedHostByHost() throws {
        let box = TestBox(
            try Configuration.box().translating("192.0.2.0/24", to: "10.20.0.0/24")
                .listing([try entry(.permit)], on: "outside"))
        let outcome = box.send(try udp("203.0.113.9:4000", "10.20.0.77:5000"), on: "outside")
        #expect(outcome.route == "203.0.113.9:4000 > 192.0.2.77:5000")
    }

    @Test func theFirstTranslationThatFitsIsTaken() throws {
        let box = TestBox(
            try Configuration.box().translating("192.0.2.101", to: "10.10.0.26")
                .translating("192.0.2.101", to: "10.10.0.27").listing([try entry(.permit)], on: "outside"))
        #expect(
            box.send(try udp("192.0.2.101:1", "203.0.113.9:2"), on: "inside").route == "10.10.0.26:1 > 203.0.113.9:2")
        // The second still lets others in.
        let comes = box.send(try udp("203.0.113.9:4000", "10.10.0.27:5000"), on: "outside")
        #expect(comes.route == "203.0.113.9:4000 > 192.0.2.101:5000")
        let answer = box.send(try udp("192.0.2.101:5000", "203.0.113.9:4000"), on: "inside")
        #expect(answer.route == "10.10.0.27:5000 > 203.0.113.9:4000", "under the address that was asked")
    }

    @Test func aTranslationOfAnyInterface() throws {
        let box = TestBox(
            try Configuration.box().translating("192.0.2.101", to: "10.10.0.26", from: nil, seenFrom: nil)
                .listing([try entry(.permit)], on: "outside"))
        #expect(
            box.send(try udp("203.0.113.9:4", "10.10.0.26:5"), on: "outside").route == "203.0.113.9:4 > 192.0.2.101:5")
    }

    @Test func aTranslationOfAnUnknownInterfaceIsNone() throws {
        let box = TestBox(
            try Configuration.box().translating("192.0.2.101", to: "10.10.0.26", seenFrom: "dmz")
                .listing([try entry(.permit)], on: "outside"))
        #expect(!box.send(try udp("192.0.2.101:1", "203.0.113.9:2"), on: "inside").verdict.isRewritten)
    }

    /// Two flows whose answers could not be told apart: the second is refused, the first goes on.
    @Test func oneSetOfAnswersBelongsToOneFlow() throws {
        let box = TestBox(
            try Configuration.box().translating("192.0.2.101", to: "10.10.0.26")
                .translating("192.0.2.101", to: "10.10.0.27").listing([try entry(.permit)], on: "outside"))
        let first = try udp("203.0.113.9:4000", "10.10.0.26:5000")
        #expect(box.send(first, on: "outside").isForwarded)
        let second = box.send(try udp("203.0.113.9:4000", "10.10.0.27:5000"), on: "outside")
        #expect(second.reason == .natTranslationFailed)
        #expect(box.send(first, on: "outside").isForwarded)
        #expect(box.flowCount == 1)
    }

    /// A translation between families can not be done by rewriting.
    @Test func anAddressOfTheOtherFamilyIsRefused() throws {
        let box = TestBox(
            try Configuration.box().translating("192.0.2.101", to: "2001:db8:2::26")
                .listing([try entry(.permit)], on: "outside"))
        #expect(box.send(try udp("192.0.2.101:1", "203.0.113.9:2"), on: "inside").reason == .natTranslationFailed)
        #expect(box.flowCount == 0)
        #expect(box.send(try udp("192.0.2.50:1", "203.0.113.9:2"), on: "inside").isForwarded)
    }

    @Test func pingsAreTranslatedAndAnswered() throws {
        let box = TestBox(try translating())
        let asks = PacketBuilder(from: try address("203.0.113.9"), to: try address("10.10.0.26")).echo(identifier: 7)
        #expect(box.send(asks, on: "outside").route == "203.0.113.9 > 192.0.2.101")
        let answers = PacketBuilder(from: try address("192.0.2.101"), to: try address("203.0.113.9"))
        #expect(box.send(answers.echo(reply: true, identifier: 7), on: "inside").route == "10.10.0.26 > 203.0.113.9")
        box.wait(3)
        #expect(box.flowCount == 0)
        #expect(box.counters.otherFlows == 1)
    }

    @Test func protocolsWithoutPortsAreTranslatedToo() throws {
        let box = TestBox(try translating())
        let packet = PacketBuilder(from: try address("203.0.113.9"), to: try address("10.10.0.26")).packet(
            .gre, [0, 0, 8, 0])
        #expect(box.send(packet, on: "outside").route == "203.0.113.9 > 192.0.2.101")
    }

    // MARK: Routes

    @Test(arguments: [
        ("192.0.2.9", "inside"), ("10.10.0.9", "outside"), ("198.51.100.9", "dmz"), ("198.51.100.130", "inside"),
        ("8.8.8.8", "outside"),
    ])
    func theLongestPrefixDecides(destination: String, expected: String) throws {
        var configuration = try Configuration.box()
        configuration.interfaces.append(
            try Configuration.interface("dmz", level: 50, "198.51.100.1", "198.51.100.0/24"))
        configuration.routes = [
            Route(
                interface: "inside", destination: try Configuration.prefix("198.51.100.128/25"),
                gateway: try address("192.0.2.254"))
        ]
        let box = TestBox(configuration.listing([try entry(.permit)], on: nil))
        let ingress = expected == "dmz" ? "inside" : "dmz"
        let outcome = box.send(
            try udp(expected == "dmz" ? "192.0.2.50:1" : "198.51.100.7:1", "\(destination):2"), on: ingress)
        #expect(outcome.verdict.egress.map(box.name) == expected)
        #expect(outcome.isForwarded)
    }

    @Test func aBoxWithoutIPv6HasNoRouteForIt() throws {
        var configuration = try Configuration.box()
        for place in configuration.interfaces.indices {
            configuration.interfaces[place].address6 = nil
            configuration.interfaces[place].network6 = nil
        }
        let box = TestBox(configuration)
        #expect(box.send(try udp("[2001:db8:1::5]:1", "[2001:db8:9::1]:2"), on: "inside").reason == .noRoute)
        #expect(box.send(try udp("192.0.2.50:1", "203.0.113.9:2"), on: "inside").isForwarded)
    }

    @Test(arguments: [
        ("127.0.0.1", "192.0.2.50"), ("0.0.0.0", "192.0.2.50"), ("0.1.2.3", "192.0.2.50"), ("224.0.1.1", "192.0.2.50"),
        ("255.255.255.255", "192.0.2.50"), ("10.10.0.255", "192.0.2.50"), ("10.10.0.24", "192.0.2.50"),
        ("192.0.2.1", "192.0.2.50"), ("169.254.7.7", "192.0.2.50"), ("192.0.2.50", "192.0.2.50"),
        ("203.0.113.9", "127.0.0.1"), ("203.0.113.9", "0.0.0.0"), ("203.0.113.9", "192.0.2.255"),
        ("203.0.113.9", "255.255.255.255"), ("::1", "2001:db8:1::5"), ("::", "2001:db8:1::5"),
        ("fe80::5", "2001:db8:1::5"), ("2001:db8:2::1", "2001:db8:1::5"), ("2001:db8:9::1", "::1"),
    ])
    func nothingIsRoutedFromOrToWhatIsNoHost(source: String, destination: String) throws {
        let box = TestBox(try Configuration.box().listing([try entry(.permit)], on: "outside"))
        let packet = PacketBuilder(from: try address(source), to: try address(destination)).udp(from: 1, to: 2)
        #expect(box.send(packet, on: "outside").reason == .securityCheckFailed)
        #expect(TestBox(.recording()).send(packet).isForwarded, "a recording shows what it shows")
    }

    @Test(arguments: ["224.0.1.75", "239.1.2.3", "ff05::2"])
    func multicastIsNotRouted(group: String) throws {
        let box = TestBox(try Configuration.box())
        let destination = try address(group)
        let source = try address(destination.isV4 ? "192.0.2.50" : "2001:db8:1::5")
        let packet = PacketBuilder(from: source, to: destination).udp(from: 1, to: 2)
        #expect(box.send(packet, on: "inside").reason == .noMulticastInterface)
    }

    /// Neighbour discovery and routing protocols are between the hosts of a link, the box among them.
    @Test(arguments: [("fe80::5", "ff02::1"), ("::", "ff02::1:ff00:1"), ("2001:db8:1::5", "fe80::1")])
    func whatConcernsTheLinkStaysOnIt(source: String, destination: String) throws {
        let box = TestBox(try Configuration.box())
        let packet = PacketBuilder(from: try address(source), to: try address(destination)).icmp(type: 135)
        let outcome = box.send(packet, on: "inside")
        #expect(outcome.isForwarded)
        #expect(outcome.verdict.egress == nil)
        #expect(box.flowCount == 0)
    }
}
