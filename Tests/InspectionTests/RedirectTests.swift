import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// Packets of phones to the secure port (`app-redirect`): they pass as they are, with no access-list line for them.
@Suite struct RedirectTests {
    private func segment(_ flags: TCPHeader.Flags, to port: UInt16 = 5061, from source: String = "98.208.49.30") throws
        -> [UInt8]
    {
        PacketBuilder(from: try address(source), to: try address("10.10.0.26"))
            .tcp(from: 50_000, to: port, flags: flags)
    }

    @Test func theSecurePortIsReachedUntranslated() throws {
        let box = TestBox(try .callBox())
        let first = box.send(try segment(.syn), on: "outside")
        #expect(first.isForwarded && !first.verdict.isRewritten)
        #expect(first.verdict.trafficClass == .appRedirect)
        #expect(first.verdict.egress == nil)
        #expect(box.send(try segment(.acknowledge), on: "outside").isForwarded, "the handshake is not seen here")
        #expect(box.flowCount == 0)
        #expect(box.counters.streams.redirected == 1)
        #expect(box.counters.count(of: .appRedirect) == 2)
    }

    @Test func otherPortsAndSidesAreAsked() throws {
        let box = TestBox(try .callBox())
        #expect(box.send(try segment(.syn, to: 5062), on: "outside").reason == .aclDrop)
        #expect(box.send(try segment(.syn, from: "10.10.0.24"), on: "outside").reason == .securityCheckFailed)
        #expect(box.send(try segment(.syn, from: "192.0.2.50"), on: "inside").verdict.trafficClass != .appRedirect)
    }

    @Test func filesMayHaveToComeFirst() throws {
        var configuration = try Configuration.callBox()
        configuration.phoneProxy?.requiresFileRequest = true
        let box = TestBox(configuration)
        #expect(box.send(try segment(.syn), on: "outside").reason == .phoneProxyNoSecurePhone)
        let mac = try #require(MACAddress(digits: Array("001B54AABBCC".utf8)))
        #expect(box.verify(.mac(mac), on: "outside", from: try address("98.208.49.30")))
        #expect(box.send(try segment(.syn), on: "outside").isForwarded)
    }
}
