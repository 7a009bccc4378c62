import TLSProxy
import Testing
import Wire

@testable import Box

/// As many connections as there are descriptors for; the others are refused.
@Suite struct ConnectionFilesTests {
    private let loopback = Endpoint(IPAddress(v4: 0x7f00_0001), 0)

    private func settings(byTLS: Bool, inClear: Bool) -> TerminatorSettings {
        var settings = TerminatorSettings(listen: byTLS ? [loopback] : [], server: nil)
        if inClear { settings.listenInClear = [loopback] }
        settings.limits.sessions = 1200
        settings.limits.clearSessions = 4000
        return settings
    }

    @Test func whatCanNotComeNeedsNothing() {
        #expect(settings(byTLS: true, inClear: true).filesNeeded == 512 + 2 * 5200)
        #expect(settings(byTLS: true, inClear: false).filesNeeded == 512 + 2 * 1200)
        #expect(settings(byTLS: false, inClear: true).filesNeeded == 512 + 2 * 4000)
    }

    @Test(
        arguments: [
            (true, 10_912, 4000), (true, 10_911, 3999), (true, 2912, 0), (false, 2912, 1200), (false, 512, 0),
            (false, 0, 0),
        ])
    func thoseInTheClearTakeWhatIsLeft(byTLS: Bool, allowed: Int, clear: Int) {
        var settings = settings(byTLS: byTLS, inClear: true)
        #expect(settings.fit(toFiles: allowed) == nil)
        #expect(settings.limits.clearSessions == clear)
    }

    @Test func whereSessionsHaveNoRoomTheRemedyIsTold() {
        var settings = settings(byTLS: true, inClear: true)
        #expect(
            settings.fit(toFiles: 1024)
                == "no more than 1024 files may be open, which is 256 TLS sessions of 1200; remedy: LimitNOFILE=2912 for the"
                + " service, or sysctl -w fs.nr_open=2912")
        #expect(settings.limits.clearSessions == 0)
    }
}
