import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// Which flows are inspected.
@Suite struct ClassifierTests {
    private func trafficClass(
        _ configuration: Configuration, _ transport: IPProtocol, _ port: UInt16, to destination: String = "203.0.113.9",
        from interface: String = "inside"
    ) throws -> TrafficClass {
        let box = TestBox(configuration)
        let builder = PacketBuilder(from: try address("192.0.2.50"), to: try address(destination))
        let packet =
            transport == .udp
            ? builder.udp(from: 4000, to: port, TFTPBytes.readRequest("a"))
            : builder.tcp(from: 4000, to: port, flags: .syn)
        return box.send(packet, on: interface).verdict.trafficClass
    }

    @Test(arguments: [
        (IPProtocol.udp, UInt16(69), TrafficClass.inspectTFTP), (.tcp, 69, .through), (.udp, 70, .through),
        (.udp, 5060, .inspectSIP), (.tcp, 5060, .inspectSIP), (.tcp, 2000, .inspectSkinny), (.udp, 2000, .through),
    ])
    func defaultInspectionTraffic(transport: IPProtocol, port: UInt16, expected: TrafficClass) throws {
        #expect(try trafficClass(try .box(), transport, port) == expected)
    }

    @Test func aPortOfItsOwn() throws {
        var configuration = try Configuration.box()
        configuration.inspect(.port(.udp, PortMatch(6969, 6970)), [.tftp])
        #expect(try trafficClass(configuration, .udp, 6970) == .inspectTFTP)
        #expect(try trafficClass(configuration, .udp, 69) == .through)
        configuration.inspect(.port(.tcp, PortMatch(6969, 6970)), [.tftp])
        #expect(try trafficClass(configuration, .tcp, 6970) == .through, "there is no TFTP over TCP")
    }

    /// An entry that names no port means the inspection's own: what else there is can not be read as TFTP.
    @Test func anAccessListOfItsOwn() throws {
        var configuration = try Configuration.box()
        var ownPort = try entry(.permit, .udp, to: "203.0.113.0/24")
        ownPort.destinationPorts = PortMatch(6969, 6969)
        configuration.accessLists["tftp"] = AccessList(
            name: "tftp",
            entries: [
                try entry(.deny, .udp, to: "203.0.113.10"), ownPort, try entry(.permit, .udp, to: "203.0.113.0/24"),
            ])
        configuration.inspect(.accessList("tftp"), [.tftp])
        #expect(try trafficClass(configuration, .udp, 69) == .inspectTFTP)
        #expect(try trafficClass(configuration, .udp, 6969) == .inspectTFTP)
        #expect(try trafficClass(configuration, .udp, 6970) == .through)
        #expect(try trafficClass(configuration, .udp, 69, to: "203.0.113.10") == .through)
        #expect(try trafficClass(configuration, .udp, 69, to: "198.51.100.1") == .through)
    }

    @Test func matchAllNeedsEveryMatchAndMatchAnyOne() throws {
        var configuration = try Configuration.box()
        configuration.accessLists["some"] = AccessList(
            name: "some", entries: [try entry(.permit, .udp, to: "203.0.113.26")])
        let matches: [ClassMap.Match] = [.accessList("some"), .port(.udp, PortMatch(6969, 6969))]
        configuration.inspect(.any, [.tftp], name: "own")
        configuration.classMaps["own"] = ClassMap(name: "own", matches: matches, matchesAll: false)
        #expect(try trafficClass(configuration, .udp, 69, to: "203.0.113.26") == .inspectTFTP)
        #expect(try trafficClass(configuration, .udp, 6969, to: "203.0.113.10") == .inspectTFTP)
        configuration.classMaps["own"]?.matchesAll = true
        #expect(try trafficClass(configuration, .udp, 69, to: "203.0.113.26") == .through)
        #expect(try trafficClass(configuration, .udp, 6969, to: "203.0.113.10") == .through)
    }

    /// Inspection looks at both directions of an interface, and its policy is asked before the global one.
    @Test(arguments: ["inside", "outside"])
    func aPolicyOfOneInterface(interface: String) throws {
        var configuration = try Configuration.box()
        configuration.servicePolicies = []
        configuration.inspect(.port(.udp, PortMatch(6969, 6969)), [.tftp], interface: interface, name: "own")
        #expect(try trafficClass(configuration, .udp, 6969) == .inspectTFTP)
        configuration.inspect(.port(.udp, PortMatch(6969, 6969)), [.sip], name: "everywhere")
        #expect(try trafficClass(configuration, .udp, 6969) == .inspectTFTP)
    }

    @Test func noPolicyInspectsNothing() throws {
        var configuration = try Configuration.box()
        configuration.servicePolicies = []
        #expect(try trafficClass(configuration, .udp, 69) == .through)
    }
}
