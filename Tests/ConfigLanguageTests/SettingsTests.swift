import Testing
import Wire

@testable import ConfigLanguage

@Suite("Timers, limits, captures and logging")
struct SettingsTests {
    @Test func timersOfOneLineAndManyLinesAreAllRead() {
        let timeouts = valid(
            """
            timeout conn 2:00:00 half-closed 0:20:00 udp 0:03:00 icmp 0:00:04
            timeout xlate 1:00:00
            timeout sunrpc 0:10:00 h323 0:05:00 h225 1:00:00 mgcp 0:05:00 mgcp-pat 0:05:00
            timeout sip 0:40:00 sip_media 0:01:30 sip-invite 0:02:00 sip-disconnect 0:01:00
            timeout sip-provisional-media 0:05:00 uauth 0:05:00 absolute
            timeout embryonic 0:00:20
            """
        ).timeouts
        #expect(timeouts.connection == 7200)
        #expect(timeouts.halfClosed == 1200)
        #expect(timeouts.udp == 180)
        #expect(timeouts.icmp == 4)
        #expect(timeouts.translation == 3600)
        #expect(timeouts.embryonic == 20)
        #expect(timeouts.sip == 2400)
        #expect(timeouts.sipMedia == 90)
        #expect(timeouts.sipInvite == 120)
        #expect(timeouts.sipDisconnect == 60)
        #expect(timeouts.sipProvisionalMedia == 300)
    }

    @Test func noTimeoutGoesBackToTheDefault() {
        #expect(valid("timeout udp 0:05:00\nno timeout udp").timeouts == Timeouts())
    }

    @Test func fragmentsAreOneForAllInterfaces() {
        let result = read(twoInterfaces + "fragment size 400\nfragment chain 1 outside\nfragment timeout 10")
        #expect(result.configuration.fragments.size == 400)
        #expect(result.configuration.fragments.chain == 1)
        #expect(result.configuration.fragments.timeout == 10)
        #expect(result.messages(.warning).contains { $0.contains("every interface") })
    }

    @Test func loggingTakesLevelsByNameAndNumber() {
        let logging = valid(
            """
            logging enable
            logging timestamp
            logging buffered debugging
            logging console 3
            logging buffer-size 65536
            logging asdm informational
            """
        ).logging
        #expect(logging.isEnabled && logging.timestamps)
        #expect(logging.buffered == 7)
        #expect(logging.console == 3)
        #expect(logging.bufferSize == 65536)
    }

    @Test func aCaptureGathersItsOptionsFromSeveralLines() throws {
        let captures = valid(
            twoInterfaces + """
                access-list a permit ip any any
                capture in interface inside access-list a packet-length 400 circular-buffer
                capture in interface outside
                capture in buffer 1000000 headers-only
                capture tftp interface outside match udp any host 10.10.0.26 eq tftp
                capture drops type asp-drop all
                capture acl type asp-drop acl-drop buffer 2000
                """
        ).captures
        try #require(captures.map(\.name) == ["in", "tftp", "drops", "acl"])
        #expect(captures[0].interfaces == ["inside", "outside"])
        #expect(captures[0].accessList == "a")
        #expect(captures[0].packetLength == 400)
        #expect(captures[0].buffer == 1_000_000)
        #expect(captures[0].isCircular && captures[0].headersOnly)
        #expect(captures[1].matches.map(\.text) == ["match udp any host 10.10.0.26 eq tftp"])
        #expect(captures[2].kind == .aspDrop(reason: nil))
        #expect(captures[3].kind == .aspDrop(reason: "acl-drop"))
        #expect(captures[3].buffer == 2000)
    }

    @Test func aCaptureOfTLSProxiesHidesKeysUnlessToldOtherwise() throws {
        let captures = valid(
            twoInterfaces + """
                capture tls type tls-proxy buffer 100000 interface outside
                capture all type tls-proxy include keys
                capture back type tls-proxy include keys
                no capture back include keys
                """
        ).captures
        #expect(captures.map(\.kind) == [.tlsProxy, .tlsProxy, .tlsProxy])
        #expect(captures.map(\.includesKeys) == [false, true, false])
        let read = Configuration.read("capture c type raw-data include keys", file: "c.cfg")
        #expect(read.diagnostics.map(\.severity) == [.warning])
    }

    @Test func trafficOfOneLevelAndOfOneInterfaceIsPermittedApart() {
        let inter = valid("same-security-traffic permit inter-interface")
        #expect(inter.permitsSameSecurityTraffic && !inter.permitsSameInterfaceTraffic)
        let intra = valid("same-security-traffic permit intra-interface")
        #expect(!intra.permitsSameSecurityTraffic && intra.permitsSameInterfaceTraffic)
    }
}
