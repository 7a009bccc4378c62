import ConfigLanguage
import Inspection
import TestSupport
import Testing
import Wire

@testable import Box

/// `packet-tracer` says what the engine does with a packet, phase by phase.
@Suite struct PacketTracerTests {
    private func trace(
        _ transport: PacketTracer.Transport, _ source: String, _ destination: String, on interface: String = "outside",
        _ configuration: Configuration? = nil
    ) throws -> TraceReport {
        try PacketTracer(
            configuration ?? BoxTests.configuration(), interface: interface, transport, from: try endpoint(source),
            to: try endpoint(destination)
        ).run()
    }

    @Test(
        arguments: [
            (
                PacketTracer.Transport.udp, "98.208.49.30:49152", "10.10.0.26:69", "outside",
                ["UN-NAT", "ROUTE-LOOKUP", "ACCESS-LIST", "INSPECT", "FLOW-CREATION"], nil
            ),
            (
                .tcp, "98.208.49.30:49152", "10.10.0.26:69", "outside", ["UN-NAT", "ROUTE-LOOKUP", "ACCESS-LIST"],
                DropReason.aclDrop
            ),
            (
                .tcp, "192.0.2.101:49152", "8.8.8.8:53", "inside",
                ["ROUTE-LOOKUP", "ACCESS-LIST", "NAT", "FLOW-CREATION"], nil
            ),
            (.udp, "10.10.0.24:49152", "10.10.0.26:69", "outside", ["ROUTE-LOOKUP"], .securityCheckFailed),
            (.udp, "[2001:db8::1]:5000", "[2001:db8::2]:69", "outside", ["ROUTE-LOOKUP"], .noRoute),
        ] as [(PacketTracer.Transport, String, String, String, [String], DropReason?)])
    func thePhasesEndWhereThePacketDoes(
        transport: PacketTracer.Transport, source: String, destination: String, interface: String, phases: [String],
        reason: DropReason?
    ) throws {
        let report = try trace(transport, source, destination, on: interface)
        #expect(report.phases.map(\.type) == phases)
        #expect(report.reason == reason)
        #expect(report.phases.map(\.isAllowed) == phases.indices.map { reason == nil || $0 < phases.count - 1 })
    }

    @Test func anAnswerThatWouldLeaveUnderAnotherAddressIsRefusedByNAT() throws {
        let open = exampleText.replacing("udp any host 10.10.0.26 eq 69", with: "udp any any eq 69")
        let report = try trace(.udp, "98.208.49.30:49152", "192.0.2.101:69", try configuration(open))
        #expect(report.phases.last?.type == "NAT")
        #expect(report.phases.last?.subtype == "rpf-check")
        #expect(report.reason == .natReversePathFailed)
    }

    @Test func withoutAConfigurationEverythingPasses() throws {
        let report = try PacketTracer(
            nil, interface: "whatever", .udp, from: try endpoint("1.2.3.4:5"), to: try endpoint("5.6.7.8:69")
        ).run()
        #expect(report.reason == nil)
        #expect(report.phases.map(\.type) == ["ROUTE-LOOKUP", "ACCESS-LIST", "INSPECT", "FLOW-CREATION"])
    }

    @Test func theTextIsTheASAs() throws {
        expectSameLines(
            try trace(.udp, "98.208.49.30:49152", "10.10.0.26:70").text,
            """
            Phase: 1
            Type: UN-NAT
            Subtype: static
            Result: ALLOW
            Config:
            object network ucm
             nat (inside,outside) static 10.10.0.26
            Additional Information:
            NAT divert to egress interface inside
            Untranslate 10.10.0.26/70 to 192.0.2.101/70

            Phase: 2
            Type: ROUTE-LOOKUP
            Subtype: Resolve Egress Interface
            Result: ALLOW
            Config:
            Additional Information:
            found egress ifc inside

            Phase: 3
            Type: ACCESS-LIST
            Subtype:\u{20}
            Result: DROP
            Config:
            access-group pp in interface outside
            Implicit Rule
            Additional Information:
            no entry of access-list pp matches

            Result:
            input-interface: outside
            output-interface: inside
            Action: drop
            Drop-reason: (acl-drop) Flow is denied by configured rule
            """)
    }

    @Test func probesAreSoundPackets() throws {
        for (source, destination) in [("1.2.3.4:5", "5.6.7.8:69"), ("[2001:db8::1]:5", "[2001:db8::2]:69")] {
            for transport in [IPProtocol.udp, .tcp] {
                let (from, to) = (try endpoint(source), try endpoint(destination))
                let key = FlowKey(
                    source: from.address, destination: to.address, sourcePort: from.port, destinationPort: to.port,
                    transport: transport, interface: outside)
                let packet = ProbePacket.bytes(key, payload: [])
                let builder = PacketBuilder(from: from.address, to: to.address)
                let ip = try IPHeader.decode(packet.span)
                let verdict = PacketChecksum.verifyTransport(packet.span, ip)
                #expect(verdict == .right)
                #expect(
                    packet.count
                        == (transport == .udp ? builder.udp(from: 5, to: 69) : builder.tcp(from: 5, to: 69)).count)
            }
        }
    }

    @Test func whatCanNotBeMeantIsRefused() throws {
        #expect { try trace(.udp, "1.2.3.4:5", "5.6.7.8:69", on: "dmz") } throws: {
            "\($0)" == "no interface is called dmz in the configuration"
        }
        #expect { try trace(.udp, "1.2.3.4:5", "[2001:db8::2]:69") } throws: {
            "\($0)" == "1.2.3.4 and 2001:db8::2 are not of one family"
        }
    }
}
