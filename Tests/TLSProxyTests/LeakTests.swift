import ConfigLanguage
import TLSProxy
import TLSTestSupport
import TestSupport
import Testing
import Wire

/// OpenSSL's objects are freed by hand. Each kind of connection is made often, in a process of its own in which OpenSSL's
/// memory is counted, and leaves nothing behind.
@Suite struct LeakTests {
    @Test func connectionsLeaveNothingBehind() async {
        await #expect(processExitsWith: .success) {
            try OpenSSLMemory.count()
            let site = try TestSite.shared.get()
            let server = try CallServer()
            server.echo(connections: 1_000)
            let (terminator, brain) = try site.start(to: server) { $0.limits.resumableSessions = 0 }
            var visits = 0
            func settle() throws {
                visits += 1
                let expected = visits
                _ = try brain.wait { events in
                    events.filter { if case .closed = $0 { true } else { false } }.count >= expected ? true : nil
                }
            }
            for version in [TLSVersion.tls12, .tls13] {
                try OpenSSLMemory.staysTheSame {
                    let phone = try site.phone(terminator) { $0.version = version }
                    guard phone.shakeHands(), phone.write([1]), phone.read() == [1] else {
                        throw TestFailure("\(phone.reasons)")
                    }
                    phone.finish()
                    try settle()
                }
            }
            try OpenSSLMemory.staysTheSame {
                let phone = try site.phone(terminator) { $0.certificate = site.pem("foreign") }
                if phone.shakeHands() { _ = phone.read() }
                phone.socket.finish()
                try settle()
            }
            try OpenSSLMemory.staysTheSame {
                let socket = try TestSocket(to: terminator.endpoints[0])
                try socket.write([0x16, 3, 1, 0, 100, 1, 0])
                socket.finish()
                try settle()
            }
            terminator.stop()
        }
    }
}
