import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// ICMP errors go to whom they concern, translated like the packet that they are about, or nowhere.
@Suite struct ICMPErrorTests {
    private let box: TestBox

    init() throws {
        box = TestBox(
            try Configuration.box().translating("192.0.2.101", to: "10.10.0.26")
                .translating("2001:db8:1::101", to: "2001:db8:2::26").listing([try entry(.permit)], on: "outside"))
    }

    /// The flow's ends: outside, the server as seen from there, and the server as it is.
    private struct Ends {
        var client: IPAddress
        var mapped: IPAddress
        var real: IPAddress
        var routerOutside: IPAddress
        var routerInside: IPAddress

        init(v4: Bool) throws {
            client = try address(v4 ? "203.0.113.9" : "2001:db8:9::9")
            mapped = try address(v4 ? "10.10.0.26" : "2001:db8:2::26")
            real = try address(v4 ? "192.0.2.101" : "2001:db8:1::101")
            routerOutside = try address(v4 ? "198.51.100.1" : "2001:db8:8::1")
            routerInside = try address(v4 ? "192.0.2.254" : "2001:db8:1::fe")
        }
    }

    /// What an error quotes, as text, once its checksums have been looked at.
    private func quoted(_ packet: [UInt8]) throws -> String {
        let ip = try IPHeader.decode(packet.span)
        let icmp = try ICMPHeader.decode(packet.span, ip)
        let inner = Array(packet[icmp.payload])
        let header = try IPHeader.decode(inner.span, allowTruncation: true)
        let headerIsRight = IPHeader.hasValidV4Checksum(inner.span, headerLength: header.transportOffset)
        #expect(headerIsRight || !header.isV4)
        let checksum = PacketChecksum.verifyTransport(inner.span, header)
        #expect(checksum != .wrong)
        return addressLine(inner)
    }

    @Test(arguments: [true, false], [28, 576])
    func anErrorFromTheServerReachesTheClientUnderTheMappedAddress(v4: Bool, quoting: Int) throws {
        let ends = try Ends(v4: v4)
        let asked = box.send(
            PacketBuilder(from: ends.client, to: ends.mapped).udp(from: 4000, to: 5000, [1, 2, 3]), on: "outside")
        let error = PacketBuilder(from: ends.real, to: ends.client)
            .unreachable(quoting: asked.packet, first: v4 ? quoting : quoting + 20)
        let outcome = box.send(error, on: "inside")
        #expect(outcome.route == "\(ends.mapped) > \(ends.client)")
        #expect(try quoted(outcome.packet) == "\(Endpoint(ends.client, 4000)) > \(Endpoint(ends.mapped, 5000))")
        #expect(outcome.verdict.flow == asked.verdict.flow)
    }

    @Test(arguments: [true, false])
    func anErrorFromARouterKeepsTheRoutersAddress(v4: Bool) throws {
        let ends = try Ends(v4: v4)
        box.send(PacketBuilder(from: ends.client, to: ends.mapped).udp(from: 4000, to: 5000), on: "outside")
        let answer = box.send(PacketBuilder(from: ends.real, to: ends.client).udp(from: 5000, to: 4000), on: "inside")
        let error = PacketBuilder(from: ends.routerOutside, to: ends.mapped).unreachable(quoting: answer.packet)
        let outcome = box.send(error, on: "outside")
        #expect(outcome.route == "\(ends.routerOutside) > \(ends.real)")
        #expect(try quoted(outcome.packet) == "\(Endpoint(ends.real, 5000)) > \(Endpoint(ends.client, 4000))")
    }

    @Test func anErrorAboutAPingIsTranslated() throws {
        let ends = try Ends(v4: true)
        let asked = box.send(PacketBuilder(from: ends.client, to: ends.mapped).echo(identifier: 77), on: "outside")
        let error = PacketBuilder(from: ends.routerInside, to: ends.client).unreachable(quoting: asked.packet)
        let outcome = box.send(error, on: "inside")
        #expect(outcome.route == "\(ends.routerInside) > \(ends.client)")
        #expect(try quoted(outcome.packet) == "\(ends.client) > \(ends.mapped)")
    }

    /// GRE has no ports to translate and no checksum to mend.
    @Test func anErrorAboutAnotherProtocolIsTranslated() throws {
        let ends = try Ends(v4: true)
        let asked = box.send(
            PacketBuilder(from: ends.client, to: ends.mapped).packet(.gre, [0, 0, 8, 0, 1, 2, 3, 4]), on: "outside")
        let error = PacketBuilder(from: ends.real, to: ends.client).unreachable(quoting: asked.packet)
        let outcome = box.send(error, on: "inside")
        #expect(outcome.route == "\(ends.mapped) > \(ends.client)")
    }

    @Test func anErrorAboutNoFlowIsDropped() throws {
        let ends = try Ends(v4: true)
        let unknown = PacketBuilder(from: ends.mapped, to: ends.client).udp(from: 5000, to: 4000)
        let error = PacketBuilder(from: ends.client, to: ends.mapped).unreachable(quoting: unknown)
        #expect(box.send(error, on: "outside").reason == .icmpErrorNoFlow)
        #expect(TestBox(.recording()).send(error).isForwarded, "a recording shows what it shows")
    }

    @Test func anErrorOnTheWrongInterfaceIsDropped() throws {
        let ends = try Ends(v4: true)
        let asked = box.send(
            PacketBuilder(from: ends.client, to: ends.mapped).udp(from: 4000, to: 5000), on: "outside")
        let error = PacketBuilder(from: ends.real, to: ends.client).unreachable(quoting: asked.packet)
        #expect(box.send(error, on: "outside").reason == .icmpErrorNoFlow)
    }

    /// Quoting a flow opens no way to other hosts.
    @Test func anErrorReachesOnlyTheEndOfTheFlowItQuotes() throws {
        let ends = try Ends(v4: true)
        box.send(PacketBuilder(from: ends.client, to: ends.mapped).udp(from: 4000, to: 5000), on: "outside")
        let answer = box.send(PacketBuilder(from: ends.real, to: ends.client).udp(from: 5000, to: 4000), on: "inside")
        let error = PacketBuilder(from: ends.client, to: try address("192.0.2.77")).unreachable(quoting: answer.packet)
        #expect(box.send(error, on: "outside").reason == .icmpErrorOtherFlow)
    }

    @Test func anErrorKeepsNoFlowAlive() throws {
        let ends = try Ends(v4: true)
        let asked = box.send(
            PacketBuilder(from: ends.client, to: ends.mapped).udp(from: 4000, to: 5000), on: "outside")
        box.wait(100)
        let error = PacketBuilder(from: ends.real, to: ends.client).unreachable(quoting: asked.packet)
        #expect(box.send(error, on: "inside").isForwarded)
        box.wait(25)
        #expect(box.flowCount == 0)
    }

    @Test(arguments: [0, 7, 19, 27])
    func anErrorThatQuotesTooLittleIsDropped(quoting: Int) throws {
        let ends = try Ends(v4: true)
        let asked = box.send(
            PacketBuilder(from: ends.client, to: ends.mapped).udp(from: 4000, to: 5000), on: "outside")
        let error = PacketBuilder(from: ends.real, to: ends.client).unreachable(quoting: asked.packet, first: quoting)
        #expect(box.send(error, on: "inside").reason == .icmpErrorNoFlow)
    }
}
