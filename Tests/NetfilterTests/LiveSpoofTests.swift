import ConfigLanguage
import Glibc
import Testing
import Wire

@testable import Netfilter

extension LiveTests {
    /// A source address that only the box sends from does not come in from outside.
    @Suite struct Spoofing {
        /// Example 1, with the kernel's own check given up as it is while the box runs.
        private func network() throws -> (network: BoxNetwork, settings: KernelSettings) {
            let network = try BoxNetwork()
            let rules = try KernelRules(.tftp)
            var settings = KernelSettings(.tftp)
            try network.box.enter {
                try settings.apply()
                try RuleInstaller.install(rules)
            }
            return (network, settings)
        }

        private func spoofed(_ network: BoxNetwork) throws -> UInt64? {
            try network.box.enter { try RuleInstaller.counters() }.first { $0.name == "sp-security-failed" }?.packets
        }

        private func setting(_ box: Namespace, _ device: String) throws -> String {
            try box.run("cat", "/proc/sys/net/ipv4/conf/\(device)/accept_local")
        }

        @Test func theKernelsOwnCheckIsGivenUpOnAllDevicesAndPutBack() throws {
            var (network, settings) = try network()
            #expect(try ["in0", "out0"].map { try setting(network.box, $0) } == ["1\n", "1\n"])
            try network.box.enter { try settings.restore() }
            #expect(try ["in0", "out0"].map { try setting(network.box, $0) } == ["0\n", "0\n"])
        }

        @Test func nothingIsGivenUpWithoutTranslation() {
            #expect(KernelSettings(.plain).settings.isEmpty)
        }

        @Test func whereTheBoxAnswersPhonesNobodyIsToldOfAShorterWay() throws {
            let network = try BoxNetwork()
            let devices = ["all", "in0", "out0"]
            func redirects() throws -> [String] {
                try devices.map { try network.box.run("cat", "/proc/sys/net/ipv4/conf/\($0)/send_redirects") }
            }
            var settings = KernelSettings(.phones)
            try network.box.enter { try settings.apply() }
            #expect(try redirects() == ["0\n", "0\n", "0\n"])
            try network.box.enter { try settings.restore() }
            #expect(try redirects() == ["1\n", "1\n", "1\n"])
        }

        @Test func strictFilteringIsSeen() throws {
            let network = try BoxNetwork()
            for (all, own, isStrict) in [("0", "0", false), ("0", "1", true), ("1", "0", true), ("2", "1", false)] {
                try network.box.run("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=\(all)")
                try network.box.run("sysctl", "-qw", "net.ipv4.conf.out0.rp_filter=\(own)")
                #expect(try network.box.enter { KernelSettings.filtersStrictly("out0") } == isStrict)
            }
            #expect(KernelSettings.filtersStrictly("no such device"))
        }

        @Test(
            arguments: [
                ("the interface it came to", "10.10.0.24"), ("another interface", "192.0.2.24"),
                ("an address that the configuration does not know", "203.0.113.9"), ("a mapped address", "10.10.0.26"),
            ])
        func aForgedSourceIsDroppedAndCounted(whose: String, source: String) throws {
            let (network, _) = try network()
            try network.box.run("ip", "address", "add", "203.0.113.9/32", "dev", "lo")
            let box = try network.box.enter { try TestSocket(.datagram, port: 2222) }
            let forger = try network.outside.enter { try Injector() }
            #expect(send(from: source, to: "10.10.0.24", port: 2222, by: forger))
            #expect(try box.receiveText() == nil, "from \(whose)")
            // Inspected traffic does not reach its queue either.
            #expect(send(from: source, to: "10.10.0.26", port: 69, by: forger))
            #expect(try spoofed(network) == 2)
            #expect(send(from: "10.10.0.17", to: "10.10.0.24", port: 2222, by: forger))
            #expect(try box.receiveText() == "hi")
            #expect(try spoofed(network) == 2)
        }

        /// What a client sends after its request goes a shorter way; where it is answered, nobody sends from.
        @Test func aMappedAddressThatWaitsForAFileIsForgedInVainAsWell() throws {
            let (network, _) = try network()
            let client = try network.inside.enter { try TestSocket(.datagram, port: 7000) }
            client.send("request", to: "10.10.0.16", 69)
            let waiting = try network.box.run("nft", "list", "set", "inet", "phoneproxy", "tftp_clients4")
            #expect(waiting.contains("10.10.0.26 . 7000"))
            let forger = try network.outside.enter { try Injector() }
            #expect(send(from: "10.10.0.26", to: "10.10.0.24", port: 2222, by: forger))
            #expect(try spoofed(network) == 1)
        }

        /// A UDP packet of two bytes, `hi`, from port 7000.
        private func send(from source: String, to destination: String, port: UInt16, by injector: Injector) -> Bool {
            var packet: [UInt8] = [0x45, 0, 0, 30, 0, 1, 0, 0, 64, 17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
            packet += [0x1b, 0x58, 0, 0, 0, 10, 0, 0, 0x68, 0x69]
            var span = packet.mutableSpan
            span.store(ip(source).v4, at: 12)
            span.store(ip(destination).v4, at: 16)
            span.store(port, at: 22)
            return injector.send(packet.span)
        }

        @Test func whatTheBoxSendsToAGroupStillLoopsBackToIt() throws {
            let (network, _) = try network()
            try network.box.run("ip", "route", "add", "224.0.0.0/4", "dev", "out0")
            let (listener, sender) = try network.box.enter { () throws -> (TestSocket, TestSocket) in
                let listener = try TestSocket(.datagram, port: 5353)
                try listener.join("224.0.0.251", at: "10.10.0.24")
                return (listener, try TestSocket(.datagram))
            }
            sender.send("hello, all", to: "224.0.0.251", 5353)
            #expect(try listener.receiveText() == "hello, all")
            // The same from outside, in the box's name, does not come in.
            let forger = try network.outside.enter { try Injector() }
            try network.outside.run("ip", "route", "add", "224.0.0.0/4", "dev", "eth0")
            #expect(send(from: "10.10.0.24", to: "224.0.0.251", port: 5353, by: forger))
            #expect(try listener.receiveText() == nil)
            #expect(send(from: "10.10.0.16", to: "224.0.0.251", port: 5353, by: forger))
            #expect(try listener.receiveText() == "hi")
            #expect(try spoofed(network) == 1)
        }

        @Test func whatTheServerSendsUntranslatedAndTranslatedGoesThrough() throws {
            let (network, _) = try network()
            let client = try network.outside.enter { try TestSocket(.datagram, port: 7000) }
            let server = try network.inside.enter { try TestSocket(.datagram, port: 7001) }
            server.send("hello", to: "10.10.0.16", 7000)
            #expect(try client.receiveFrom()?.from == Endpoint(ip("10.10.0.26"), 7001))
            client.send("back", to: "10.10.0.26", 7001)
            #expect(try server.receiveText() == "back")
            #expect(try spoofed(network) == 0)
        }
    }
}
