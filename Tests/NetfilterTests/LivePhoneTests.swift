import ConfigLanguage
import Glibc
import SystemCalls
import Testing
import Wire

@testable import Netfilter

extension LiveTests {
    /// Phones' TLS connections and media, between real sockets: a phone outside, a server inside, the box between.
    @Suite struct Phones {
        private static let listenerPort: UInt16 = 15061

        /// The box with its rules, the queues read, and a transparent listener.
        private final class Site {
            let network: BoxNetwork
            let queue: PacketQueue
            let listener: TestSocket?
            /// Whole packets that the queue saw.
            private(set) var queued = 0

            init(
                _ configuration: Configuration = .phones, _ options: KernelRules.Options = KernelRulesTests.listening,
                listens: Bool = true
            ) throws {
                network = try BoxNetwork()
                let rules = try KernelRules(configuration, options)
                queue = try network.box.enter { () throws -> PacketQueue in
                    var settings = KernelSettings(configuration)
                    try settings.apply()
                    try RuleInstaller.install(rules)
                    return try PacketQueue(5061)
                }
                listener = try listens ? network.box.enter { try .transparent("127.0.0.1", port: listenerPort) } : nil
            }

            /// Gives each queued packet a verdict for as long, or until `done`.
            func serve(
                milliseconds: UInt64 = 500, _ verdict: QueueVerdict = .accept, until done: () throws -> Bool
            ) throws {
                let deadline = MonotonicClock.now + milliseconds * 1_000_000
                while MonotonicClock.now < deadline, try !done() {
                    queued += try queue.receive { _, _ in verdict }
                    MonotonicClock.sleep(nanoseconds: 1_000_000)
                }
            }

            /// A phone's connection to the call server's mapped address, not complete yet.
            func phone(port: UInt16 = 5061) throws -> TestSocket {
                try network.outside.enter {
                    let phone = try TestSocket.transparent("10.10.0.16", port: 40000, listens: false)
                    phone.makeNonblocking()
                    try phone.connect("10.10.0.26", port)
                    return phone
                }
            }

            func accepted(_ verdict: QueueVerdict = .accept) throws -> TestSocket? {
                guard let listener else { return nil }
                try serve(verdict) { try listener.descriptor.waitReadable(milliseconds: 0) }
                return try listener.acceptWaiting()
            }

            func counter(_ name: String) throws -> UInt64? {
                try network.box.enter { try RuleInstaller.counters() }.first { $0.name == name }?.packets
            }
        }

        @Test func aPhonesConnectionReachesTheListenerByTheQueueAndItsDataNotAgain() throws {
            let site = try Site()
            let phone = try site.phone()
            let connection = try #require(try site.accepted())
            #expect(site.queued == 1)
            #expect(connection.peer == Endpoint(ip("10.10.0.16"), 40000))
            #expect(connection.own == Endpoint(ip("10.10.0.26"), 5061))
            phone.send(Array("hello".utf8))
            #expect(try connection.receiveText(milliseconds: 1000) == "hello")
            connection.send(Array("answer".utf8))
            #expect(try phone.receiveText(milliseconds: 1000) == "answer")
            try site.serve(milliseconds: 50) { false }
            #expect(site.queued == 1)
            #expect(try site.counter("app-redirect") == 1)
            #expect(try site.counter("tcp-not-syn") == 0)
            #expect(try site.network.box.run("cat", "/proc/net/nf_conntrack").isEmpty)
        }

        @Test func inTheClearTheEnginesMarkBringsAConnectionToTheListenerAndNothingElseDoes() throws {
            var options = KernelRules.Options()
            options.clearTerminatorPort = Self.listenerPort
            let site = try Site(.clearSkinny, options)
            let phone = try site.phone(port: 2000)
            let connection = try #require(try site.accepted(.acceptRedirected))
            #expect(connection.own == Endpoint(ip("10.10.0.26"), 2000))
            let before = site.queued
            phone.send(Array("hello".utf8))
            #expect(try connection.receiveText(milliseconds: 1000) == "hello")
            connection.send(Array("answer".utf8))
            #expect(try phone.receiveText(milliseconds: 1000) == "answer")
            try site.serve(milliseconds: 50) { false }
            #expect(site.queued == before)
            #expect(try site.counter("app-redirect") == 1)
            // One that the engine lets by itself goes on, and the listener does not hear of it.
            let passing = try Site(.clearSkinny, options)
            _ = try passing.phone(port: 2000)
            let listener = try #require(passing.listener)
            try passing.serve(milliseconds: 300) { try listener.descriptor.waitReadable(milliseconds: 0) }
            #expect(passing.queued >= 1)
            #expect(try passing.counter("app-redirect") == 0)
        }

        @Test func whatTheEngineDropsDoesNotReachTheListener() throws {
            let site = try Site()
            let phone = try site.phone()
            let listener = try #require(site.listener)
            try site.serve(milliseconds: 300, .drop) { try listener.descriptor.waitReadable(milliseconds: 0) }
            #expect(site.queued >= 1)
            #expect(try !listener.descriptor.waitReadable(milliseconds: 0))
            #expect(try site.counter("app-redirect") == 0)
            _ = phone
        }

        @Test func withoutAListenerThePortIsClosed() throws {
            let site = try Site(listens: false)
            // Somebody listens there all the same: it must not be reached.
            let other = try site.network.box.enter { try TestSocket(.stream, port: 5061) }
            let server = try site.network.inside.enter { try TestSocket(.stream, port: 5061) }
            let phone = try site.phone()
            try site.serve(milliseconds: 300) { false }
            #expect(site.queued >= 1)
            #expect(try !other.descriptor.waitReadable(milliseconds: 0))
            #expect(try !server.descriptor.waitReadable(milliseconds: 0))
            #expect(try (site.counter("acl-drop") ?? 0) >= 1)
            _ = phone
        }

        /// A stray segment, as after a restart: no socket has it.
        @Test func whatBelongsToNoConnectionIsDroppedAndCounted() throws {
            let site = try Site()
            let injector = try site.network.outside.enter { try Injector() }
            var packet: [UInt8] = [0x45, 0, 0, 40, 0, 1, 0, 0, 64, 6, 0, 0, 10, 10, 0, 16, 10, 10, 0, 26]
            packet += [0x9c, 0x40, 0x13, 0xc5, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x10, 0x10, 0, 0, 0, 0, 0]
            let isSent = injector.send(packet.span)
            #expect(isSent)
            try site.serve(milliseconds: 50) { false }
            #expect(try site.counter("tcp-not-syn") == 1)
            #expect(site.queued == 0)
        }

        /// The call server sees the phone's own address, and its answers come back to the box.
        @Test func aConnectionFromThePhonesAddressReachesTheServer() throws {
            let site = try Site()
            let server = try site.network.inside.enter { try TestSocket(.stream, port: 5060) }
            let upstream = try site.network.box.enter { () throws -> TestSocket in
                let socket = try TestSocket.transparent("10.10.0.16", port: 50123, listens: false)
                socket.makeNonblocking()
                try socket.connect("192.0.2.101", 5060)
                return socket
            }
            let connection = try #require(try server.accept())
            #expect(connection.peer == Endpoint(ip("10.10.0.16"), 50123))
            connection.send(Array("from the server".utf8))
            #expect(try upstream.receiveText(milliseconds: 1000) == "from the server")
            upstream.send(Array("to the server".utf8))
            #expect(try connection.receiveText(milliseconds: 1000) == "to the server")
            try site.serve(milliseconds: 50) { false }
            #expect(site.queued == 0)
        }

        // MARK: Media

        private func ping(_ address: String, from space: Namespace) throws -> Bool {
            try Subprocess.run("ip", ["netns", "exec", space.name, "ping", "-c", "1", "-W", "1", address]).succeeded
        }

        @Test func mediaAddressesAnswerPingsAndHaveNoOpenPort() throws {
            let site = try Site(listens: false)
            #expect(try ping("10.10.0.25", from: site.network.outside))
            #expect(try ping("192.0.2.25", from: site.network.inside))
            let service = try site.network.box.enter { try TestSocket(.datagram, port: 20000) }
            let closed = try site.network.box.enter { try TestSocket(.datagram, port: 40000) }
            let phone = try site.network.outside.enter { try TestSocket(.datagram) }
            phone.send("media", to: "10.10.0.25", 20000)
            phone.send("anything", to: "10.10.0.25", 40000)
            phone.send("to the other side's", to: "192.0.2.25", 20000)
            #expect(try service.receiveText() == nil)
            #expect(try closed.receiveText(milliseconds: 10) == nil)
            #expect(try site.counter("media-termination") == 1)
            #expect(try site.counter("acl-drop") == 2)
        }

        @Test func pingsAreDeniedAsTheRulesSay() throws {
            var configuration = Configuration.phones
            configuration.icmpRules = [ICMPRule(action: .deny, source: .any, interface: "outside")]
            let site = try Site(configuration, listens: false)
            #expect(try !ping("10.10.0.25", from: site.network.outside))
            #expect(try !ping("10.10.0.24", from: site.network.outside))
            #expect(try ping("192.0.2.25", from: site.network.inside))
        }

        @Test func onlyWhomARulePermitsMayPing() throws {
            var configuration = Configuration.phones
            configuration.icmpRules = [
                ICMPRule(action: .permit, source: host("10.10.0.16"), type: 8, interface: "outside")
            ]
            let site = try Site(configuration, listens: false)
            #expect(try ping("10.10.0.25", from: site.network.outside))
            try site.network.outside.run("ip", "addr", "flush", "dev", "eth0")
            try site.network.outside.run("ip", "addr", "add", "10.10.0.17/24", "dev", "eth0")
            #expect(try !ping("10.10.0.25", from: site.network.outside))
        }

        // MARK: Traces

        private func traces(_ box: Namespace) throws -> String {
            var lines = ""
            for family in ["-4", "-6"] {
                lines += try box.run("ip", family, "rule", "show")
                lines += try box.run("ip", family, "route", "show", "table", "all", "proto", "80")
            }
            // Not what iptables leaves of its own: empty tables.
            return lines + (try box.run("nft", "--stateless", "list", "tables").contains("phoneproxy") ? "table" : "")
        }

        @Test func installingAgainAfterAKillIsInstallingOnceAndRemovingLeavesNothing() throws {
            let network = try BoxNetwork()
            let before = try traces(network.box)
            let rules = try KernelRules(.phones, KernelRulesTests.listening)
            try network.box.enter { try RuleInstaller.install(rules) }
            let once = try traces(network.box)
            #expect(once.contains("fwmark 0x50800000/0xfff00000 lookup 5080"))
            #expect(once.contains("local 10.10.0.25 dev out0"))
            try network.box.run(
                "ip", "rule", "add", "pref", "81", "fwmark", "1", "lookup", "5080", "protocol", "80")
            try network.box.enter { try RuleInstaller.install(rules) }
            #expect(try traces(network.box) == once)
            try network.box.enter { try RuleInstaller.install(try KernelRules(.tftp)) }
            #expect(try !traces(network.box).contains("5080"))
            try network.box.enter { try RuleInstaller.install(rules) }
            try network.box.enter { try RuleInstaller.remove() }
            #expect(try traces(network.box) == before)
        }
    }
}
