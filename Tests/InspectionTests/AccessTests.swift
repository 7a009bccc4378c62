import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// Who may open a flow: lists, their implicit end, and security levels.
@Suite struct AccessTests {
    private let inside = "192.0.2.50"
    private let outside = "203.0.113.9"

    /// A datagram that is not inspected.
    private func udp(from source: String, to destination: String, port: UInt16 = 5000) throws -> [UInt8] {
        PacketBuilder(from: try address(source), to: try address(destination)).udp(from: 4000, to: port, [1])
    }

    // MARK: Security levels

    /// Levels of where a packet comes in and where it leaves, and `same-security-traffic`.
    @Test(arguments: [
        (100, 0, false, true), (0, 100, false, false), (50, 50, false, false), (50, 50, true, true),
    ])
    func withoutAListTheLevelsDecide(from: Int, to: Int, same: Bool, passes: Bool) throws {
        var configuration = try Configuration.box()
        configuration.interfaces[0].securityLevel = from
        configuration.interfaces[1].securityLevel = to
        // The levels also say where unknown networks are.
        configuration.routes = [
            Route(interface: "outside", destination: .anyV4, gateway: try address("10.10.0.1"))
        ]
        configuration.permitsSameSecurityTraffic = same
        let box = TestBox(configuration)
        #expect(box.send(try udp(from: inside, to: outside), on: "inside").reason == (passes ? nil : .aclDrop))
    }

    @Test func noListLetsEqualLevelsTalk() throws {
        var configuration = try Configuration.box().listing([try entry(.permit)], on: nil)
        configuration.interfaces[1].securityLevel = 100
        let packet = try udp(from: inside, to: "10.10.0.9")
        #expect(TestBox(configuration).send(packet, on: "inside").reason == .aclDrop)
        configuration.permitsSameSecurityTraffic = true
        #expect(TestBox(configuration).send(packet, on: "inside").isForwarded)
    }

    @Test func nothingLeavesWhereItCameIn() throws {
        let box = TestBox(try Configuration.box().listing([try entry(.permit)], on: "inside"))
        #expect(box.send(try udp(from: inside, to: "192.0.2.60"), on: "inside").reason == .aclDrop)
    }

    // MARK: Lists

    /// The list, and what becomes of UDP 203.0.113.9:4000 > 192.0.2.50:5000 from outside.
    @Test(arguments: [
        ("no entry", "", false),
        ("permit all", "permit", true),
        ("first match decides", "deny,permit", false),
        ("an inactive entry is not looked at", "deny-inactive,permit", true),
        ("another protocol", "permit-tcp", false),
        ("another port", "permit-5001", false),
        ("the port", "permit-5000", true),
        ("another host", "permit-to-192.0.2.51", false),
        ("the host", "permit-to-192.0.2.50", true),
        ("the network", "permit-to-192.0.2.0/25", true),
        ("another source", "permit-from-203.0.113.10", false),
        ("the source", "permit-from-203.0.113.9", true),
        ("all source ports but one", "permit-source-neq-4000", false),
        ("ICMP's type asks for ICMP", "permit-type-8", false),
    ])
    func aListDecides(what: String, list: String, passes: Bool) throws {
        let entries = try list.split(separator: ",").map { try parse(String($0)) }
        let box = TestBox(try Configuration.box().listing(entries, on: "outside"))
        let outcome = box.send(try udp(from: outside, to: inside), on: "outside")
        #expect(outcome.reason == (passes ? nil : .aclDrop), "\(what)")
    }

    private func parse(_ text: String) throws -> AccessEntry {
        let words = text.split(separator: "-").map(String.init)
        let action: AccessEntry.Action = words[0] == "permit" ? .permit : .deny
        switch words.dropFirst().joined(separator: "-") {
        case "": return try entry(action)
        case "inactive": return try entry(action, isInactive: true)
        case "tcp": return try entry(action, .tcp)
        case "source-neq-4000": return try entry(action, .udp, ports: PortMatch(4000, 4000, isInverted: true))
        case "type-8": return try entry(action, icmpType: 8)
        case let rest where rest.hasPrefix("to-"): return try entry(action, to: words[2])
        case let rest where rest.hasPrefix("from-"): return try entry(action, from: words[2])
        default: return try entry(action, .udp, eq: UInt16(words[1]))
        }
    }

    @Test func aListEndsWithAnImplicitDenyThatIsCountedAndTold() throws {
        let box = TestBox(try Configuration.box().listing([try entry(.permit, .tcp)], on: "outside"))
        let outcome = box.send(try udp(from: outside, to: inside), on: "outside")
        #expect(outcome.verdict.accessEntry == AccessEntryIndex(list: 0, entry: nil))
        #expect(box.story.last == "  denied outside 203.0.113.9:4000 > 192.0.2.50:5000 by the end of list 0")
        #expect(box.accessHits == [[0, 1]])
    }

    @Test func anAnswerNeedsNoEntry() throws {
        let box = TestBox(try Configuration.box().listing([], on: "outside"))
        let packet = PacketBuilder(from: try address(inside), to: try address(outside)).udp(from: 4000, to: 5000)
        let answer = PacketBuilder(from: try address(outside), to: try address(inside)).udp(from: 5000, to: 4000)
        #expect(box.send(answer, on: "outside").reason == .aclDrop)
        #expect(box.send(packet, on: "inside").isForwarded)
        #expect(box.send(answer, on: "outside").isForwarded)
        #expect(box.accessHits == [[1]], "and asks no list")
    }

    /// The interface's own entries, then the global list's, then the implicit deny: the global one's.
    @Test func theGlobalListSpeaksForWhatTheInterfacesLeavesOpen() throws {
        let box = TestBox(
            try Configuration.box()
                .listing([try entry(.deny, .udp, eq: 1), try entry(.permit, .udp, eq: 2)], on: "outside")
                .listing([try entry(.permit, .udp, eq: 1), try entry(.permit, .udp, eq: 3)], on: nil))
        let outcomes = try (1...4).map { try box.send(udp(from: outside, to: inside, port: $0), on: "outside") }
        #expect(outcomes.map(\.reason) == [.aclDrop, nil, nil, .aclDrop])
        // Lists are numbered by name: global-in, outside-in.
        #expect(box.accessHits == [[0, 1, 1], [1, 1, 0]])
        #expect(box.send(try udp(from: inside, to: outside), on: "inside").reason == .aclDrop, "on every interface")
    }

    @Test func aListOnTheWayOutIsAskedToo() throws {
        let box = TestBox(
            try Configuration.box().listing(
                [try entry(.deny, .udp, eq: 5000), try entry(.permit)], on: "outside", .outbound))
        #expect(box.send(try udp(from: inside, to: outside), on: "inside").reason == .aclDrop)
        #expect(box.send(try udp(from: inside, to: outside, port: 5001), on: "inside").isForwarded)
    }

    @Test func aGroupWithoutItsListDenies() throws {
        var configuration = try Configuration.box()
        configuration.accessGroups = [AccessGroup(list: "nowhere", direction: .inbound, interface: "inside")]
        #expect(TestBox(configuration).send(try udp(from: inside, to: outside), on: "inside").reason == .aclDrop)
    }

    /// The chapter's lists name the mapped address, the ASA's own since 8.3 the real one.
    @Test(arguments: ["10.10.0.26", "192.0.2.101"])
    func aListMayNameTheMappedOrTheRealAddress(named: String) throws {
        let box = TestBox(
            try Configuration.box().translating("192.0.2.101", to: "10.10.0.26")
                .listing([try entry(.permit, .udp, to: named, eq: 5000)], on: "outside"))
        #expect(box.send(try udp(from: outside, to: "10.10.0.26"), on: "outside").isForwarded)
        #expect(box.send(try udp(from: outside, to: "10.10.0.26", port: 5001), on: "outside").reason == .aclDrop)
    }

    @Test func anEntryWithLogIsToldOf() throws {
        let box = TestBox(
            try Configuration.box().listing([try entry(.permit), try entry(.deny)], on: "inside")
                .listing([try entry(.permit, logs: true)], on: "outside"))
        box.send(try udp(from: outside, to: inside), on: "outside")
        #expect(box.text.contains("permitted outside 203.0.113.9:4000 > 192.0.2.50:5000 by entry 0 of list 1"))
        let told = box.story.count
        box.send(try udp(from: outside, to: inside), on: "outside")
        #expect(box.story.count == told + 1, "once for each flow")
    }

    @Test func icmpEntriesMatchTypes() throws {
        let box = TestBox(try Configuration.box().listing([try entry(.permit, .icmp, icmpType: 8)], on: "outside"))
        let builder = PacketBuilder(from: try address(outside), to: try address(inside))
        #expect(box.send(builder.icmp(type: 13), on: "outside").reason == .aclDrop)
        #expect(box.send(builder.echo(identifier: 7), on: "outside").isForwarded)
    }

    @Test func aPacketTracerMayAskAListByItself() throws {
        let policy = AccessPolicy(
            try Configuration.box().listing([try entry(.deny, .udp, eq: 1), try entry(.permit, .udp)], on: "outside"))
        var question = AccessPolicy.Question(
            transport: .udp, source: try endpoint("203.0.113.9:9"), mappedSource: try address("203.0.113.9"),
            destination: try endpoint("192.0.2.1:1"), realDestination: try endpoint("192.0.2.1:1"))
        #expect(policy.permits(list: "outside-in", question) == false)
        question.realDestination = try endpoint("192.0.2.1:2")
        question.destination = question.realDestination
        #expect(policy.permits(list: "outside-in", question) == true)
        #expect(policy.permits(list: "another", question) == nil)
    }
}
