import ConfigLanguage
import TLSProxy
import TLSTestSupport
import TestSupport
import Testing
import Wire

/// As in the box: connections to the call server's address come by TPROXY, and go on from the phone's address.
@Suite struct TransparentTests {
    @Test func neitherPhoneNorServerSeesTheBox() throws {
        let site = try TestSite.shared.get()
        let network = try TestNetwork()
        let (phoneAddress, global) = (IPAddress(v4: 0x0a0a_0010), Endpoint(IPAddress(v4: 0x0a0a_001a), 5_061))
        let real = Endpoint(IPAddress(v4: 0xc000_0265), 5_060)
        let server = try network.enter("ucm") { try CallServer(real) }
        var plan = UpstreamPlan(to: real, from: phoneAddress)
        plan.isTransparent = true
        let brain = TestBrain(plan)
        var settings = try site.settings(site.server())
        settings.isTransparent = true
        settings.listen = [Endpoint(IPAddress(v4: 0x7f00_0001), 15_061)]
        settings.loops = 2
        let terminator = try network.enter("box") { try brain.start(settings) }
        defer { terminator.stop() }
        let socket = try network.enter("phone") { try TestSocket(to: global) }
        var options = TestPhone.Options()
        options.certificate = site.pem("phone")
        options.key = site.key("phone")
        let phone = try TestPhone(socket, options)
        try #require(phone.shakeHands(), "\(phone.reasons)")
        let upstream = try server.accept()
        #expect(upstream.remote?.address == phoneAddress)
        #expect(phone.write([1, 2, 3]) && upstream.read() == [1, 2, 3])
        try upstream.write([4])
        #expect(phone.read() == [4])
        let accepted = try brain.wait { events in
            events.compactMap { if case .accepted(_, let phone, let to) = $0 { [phone, to] } else { nil } }.first
        }
        #expect(accepted == [socket.local, global])
        let connected = try brain.wait { events in
            events.compactMap { if case .upstreamConnected(_, let local, let to) = $0 { [local, to] } else { nil } }
                .first
        }
        #expect(connected == [upstream.remote, real])
        phone.finish()
        upstream.finish()
        #expect(try brain.totals().bytesFromPhone == 3)
    }
}
