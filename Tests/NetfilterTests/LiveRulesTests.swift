import ConfigLanguage
import Glibc
import SystemCalls
import Testing
import Wire

@testable import Netfilter

extension LiveTests {
    /// What is not inspected: the kernel judges and translates by itself.
    @Suite struct Rules {
        private func network(_ configuration: Configuration) throws -> BoxNetwork {
            let network = try BoxNetwork()
            let rules = try KernelRules(configuration)
            try network.box.enter { try RuleInstaller.install(rules) }
            return network
        }

        /// Everything of ours that stands in the kernel.
        private func traces(_ box: Namespace) throws -> String {
            let lines =
                try box.run("nft", "--stateless", "list", "ruleset") + box.run("iptables", "-t", "raw", "-S")
                + box.run("ip6tables", "-t", "raw", "-S")
                + box.run("ip", "route", "show", "table", "local", "proto", "80")
            return lines.split(separator: "\n").filter { line in
                ["phoneproxy", "PHONEPROXY", "10.10.0.26"].contains { line.contains($0) }
            }.joined(separator: "\n")
        }

        @Test func installingTwiceIsInstallingOnceAndRemovingLeavesNothing() throws {
            let network = try network(.tftp)
            let once = try traces(network.box)
            #expect(once.contains("table inet phoneproxy"))
            #expect(once.contains("-A PREROUTING -j PHONEPROXY"))
            #expect(once.contains("local 10.10.0.26 dev out0"))
            let rules = try KernelRules(.tftp)
            try network.box.enter { try RuleInstaller.install(rules) }
            #expect(try traces(network.box) == once)
            try network.box.enter { try RuleInstaller.remove() }
            #expect(try traces(network.box) == "")
            // Nothing to remove is no error.
            try network.box.enter { try RuleInstaller.remove() }
        }

        @Test func leftoversOfAKilledProcessAreReplaced() throws {
            let network = try network(.tftp)
            // As if killed between two steps, more than once: a second jump, a route of another configuration.
            try network.box.run("iptables", "-t", "raw", "-I", "PREROUTING", "-j", "PHONEPROXY")
            try network.box.run(
                "ip", "route", "add", "local", "10.10.0.99", "dev", "out0", "table", "local", "proto", "80")
            var other = Configuration.tftp
            other.translations = []
            let rules = try KernelRules(other)
            try network.box.enter { try RuleInstaller.install(rules) }
            let jumps = try network.box.run("iptables", "-t", "raw", "-S").split(separator: "\n")
                .count { $0 == "-A PREROUTING -j PHONEPROXY" }
            #expect(jumps == 1)
            #expect(try network.box.run("ip", "route", "show", "table", "local", "proto", "80") == "")
            #expect(try !network.box.run("nft", "list", "table", "inet", "phoneproxy").contains("dnat"))
        }

        @Test func rulesOfOthersAreLeftAlone() throws {
            let network = try BoxNetwork()
            try network.box.run("iptables", "-t", "raw", "-A", "PREROUTING", "-s", "203.0.113.1", "-j", "DROP")
            let before = try network.box.run("iptables", "-t", "raw", "-S")
            let rules = try KernelRules(.tftp)
            try network.box.enter { try RuleInstaller.install(rules) }
            #expect(
                try network.box.run("iptables", "-t", "raw", "-S").contains("-A PREROUTING -s 203.0.113.1/32 -j DROP"))
            try network.box.enter { try RuleInstaller.remove() }
            #expect(try network.box.run("iptables", "-t", "raw", "-S") == before)
        }

        @Test(arguments: KernelRulesTests.cases)
        func theKernelTakesTheRulesOf(_ example: KernelRulesTests.Case) throws {
            let network = try network(example.configuration)
            #expect(try traces(network.box).contains("phoneproxy"))
        }

        @Test func aServerIsReachedAtItsMappedAddressOnly() throws {
            var configuration = Configuration.tftp
            configuration.permit("pp", .tcp, to: host("10.10.0.26"), port: 8080)
            let network = try network(configuration)
            let server = try network.inside.enter { try TestSocket(.stream, port: 8080) }
            let client = try network.outside.enter { () throws -> TestSocket in
                let client = try TestSocket(.stream)
                try client.connect("10.10.0.26", 8080)
                return client
            }
            let peer = try #require(try server.accept())
            client.send(Array("question".utf8))
            #expect(try peer.receiveText() == "question")
            peer.send(Array("answer".utf8))
            #expect(try client.receiveText() == "answer")
            let counters = try network.box.enter { try RuleInstaller.counters() }
            #expect(counters.first { $0.name == RuleCounter.name(list: "pp", entry: 2) }?.packets == 1)
            #expect(counters.first { $0.name == "acl-drop" }?.packets == 0)
        }

        @Test func whatTheServerSendsComesFromItsMappedAddress() throws {
            let network = try network(.tftp)
            let client = try network.outside.enter { try TestSocket(.datagram, port: 7000) }
            let server = try network.inside.enter { try TestSocket(.datagram, port: 7001) }
            server.send("hello", to: "10.10.0.16", 7000)
            let received = try #require(try client.receiveFrom())
            #expect(received.text == "hello")
            #expect(received.from == Endpoint(ip("10.10.0.26"), 7001))
            // And the way back is open, whatever the list says.
            client.send("back", to: "10.10.0.26", 7001)
            #expect(try server.receiveText() == "back")
        }

        @Test func aPortIsTranslatedByItself() throws {
            var configuration = Configuration.plain
            let service = StaticTranslation.Service(transport: .udp, realPort: 7001, mappedPort: 9001)
            configuration.translations = [.host("192.0.2.101", to: "10.10.0.24", service: service)]
            configuration.permit("pp", .udp, to: host("10.10.0.24"), port: 9001)
            let network = try network(configuration)
            let server = try network.inside.enter { try TestSocket(.datagram, port: 7001) }
            let client = try network.outside.enter { try TestSocket(.datagram, port: 7000) }
            client.send("question", to: "10.10.0.24", 9001)
            #expect(try server.receiveText(milliseconds: 500) == "question")
            server.send("answer", to: "10.10.0.16", 7000)
            #expect(try client.receiveFrom()?.from == Endpoint(ip("10.10.0.24"), 9001))
        }

        @Test func aNetworkIsTranslatedAddressByAddress() throws {
            var configuration = Configuration.plain
            configuration.translations = [
                StaticTranslation(
                    realInterface: "inside", mappedInterface: "outside", real: IPPrefix("192.0.2.96", 28),
                    mapped: IPPrefix("10.10.0.96", 28))
            ]
            let network = try network(configuration)
            let client = try network.outside.enter { try TestSocket(.datagram, port: 7000) }
            let server = try network.inside.enter { try TestSocket(.datagram, port: 7001) }
            server.send("hello", to: "10.10.0.16", 7000)
            #expect(try client.receiveFrom()?.from == Endpoint(ip("10.10.0.101"), 7001))
        }

        @Test func theImplicitDenyIsCounted() throws {
            let network = try network(.tftp)
            let server = try network.inside.enter { try TestSocket(.datagram, port: 70) }
            let client = try network.outside.enter { try TestSocket(.datagram) }
            client.send("x", to: "10.10.0.26", 70)
            client.send("x", to: "192.0.2.101", 70)
            #expect(try server.receiveText() == nil)
            let counters = try network.box.enter { try RuleInstaller.counters() }
            #expect(counters.first { $0.name == "acl-drop" }?.packets == 2)
        }

        @Test func withoutListsTrafficRunsDownhillAndItsAnswersBack() throws {
            let network = try network(.plain)
            let high = try network.inside.enter { try TestSocket(.datagram, port: 7001) }
            let low = try network.outside.enter { try TestSocket(.datagram, port: 7000) }
            low.send("uphill", to: "192.0.2.101", 7001)
            #expect(try high.receiveText() == nil)
            high.send("downhill", to: "10.10.0.16", 7000)
            #expect(try low.receiveText() == "downhill")
            low.send("answer", to: "192.0.2.101", 7001)
            #expect(try high.receiveText() == "answer")
        }

        @Test func anUntranslatedPortOfAMappedAddressDoesNotReachTheBoxItself() throws {
            var configuration = Configuration.plain
            let service = StaticTranslation.Service(transport: .udp, realPort: 69, mappedPort: 69)
            configuration.translations = [.host("192.0.2.101", to: "10.10.0.26", service: service)]
            let network = try network(configuration)
            let box = try network.box.enter { try TestSocket(.datagram, port: 2222) }
            let client = try network.outside.enter { try TestSocket(.datagram) }
            client.send("to the box", to: "10.10.0.24", 2222)
            #expect(try box.receiveText(milliseconds: 500) == "to the box")
            client.send("to the mapped address", to: "10.10.0.26", 2222)
            #expect(try box.receiveText() == nil)
        }

        @Test func bulkTCPPassesARewritingQueueWhole() throws {
            var configuration = Configuration.plain
            configuration.permit("pp", nil, to: .any, port: nil)
            configuration.inspectTFTP()
            configuration.policyMaps["global_policy"]?.classes[0].inspections = [.init(engine: .skinny)]
            var options = KernelRules.Options()
            options.inspected = [.skinny]
            let rules = try KernelRules(configuration, options)
            let network = try BoxNetwork()
            let loop = try network.box.enter { () throws -> QueueLoop in
                try RuleInstaller.install(rules)
                return try QueueLoop([try PacketQueue(5060), try PacketQueue(5061)])
            }
            let received = try transfer(Transfer.size, network, loop)
            #expect(received == Transfer.size)
            let longest = loop.queues.map(\.statistics).reduce(0) { $0 + $1.rewritten }
            #expect(longest > 1000)
            #expect(loop.queues.allSatisfy { $0.statistics.refused == 0 && $0.statistics.unsent == 0 })
        }

        private enum Transfer { static let size = 4 << 20 }

        /// Sends bytes outward to inward over TCP while this thread also serves the queues; every packet goes back
        /// as a rewritten one. How many bytes came, in order and unchanged.
        private func transfer(_ size: Int, _ network: BoxNetwork, _ loop: QueueLoop) throws -> Int {
            let server = try network.inside.enter { try TestSocket(.stream, port: 2000) }
            let client = try network.outside.enter { () throws -> TestSocket in
                let client = try TestSocket(.stream)
                client.makeNonblocking()
                try client.connect("192.0.2.101", 2000)
                return client
            }
            let pattern = (0..<(1 << 16)).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
            var peer: TestSocket?
            var sent = 0
            var received = 0
            let deadline = MonotonicClock.now + 10_000_000_000
            while received < size, MonotonicClock.now < deadline {
                _ = try loop.turn(waitingAtMost: 1) { _, _, packet in .acceptRewritten(length: packet.length) }
                if peer == nil, try server.descriptor.waitReadable(milliseconds: 0) { peer = try server.accept() }
                if sent < size {
                    let offset = sent % pattern.count
                    sent += max(client.send(Array(pattern[offset..<min(pattern.count, offset + size - sent)])), 0)
                }
                while let bytes = try peer?.receive(milliseconds: 0), !bytes.isEmpty {
                    for byte in bytes {
                        if byte != pattern[received % pattern.count] { return received }
                        received += 1
                    }
                }
            }
            return received
        }

        @Test func endsOfSignalledMediaComeAndGo() throws {
            var configuration = Configuration.tftp
            configuration.policyMaps["global_policy"]?.classes[0].inspections = [.init(engine: .sip)]
            let network = try network(configuration)
            var sets = try network.box.enter { try SteeredSets() }
            func elements(_ name: String) throws -> String {
                try network.box.run("nft", "list", "set", "inet", "phoneproxy", name)
            }
            let (phone, v6) = (Endpoint(ip("203.0.113.9"), 40_000), Endpoint(ip("2001:db8::9"), 5060))
            sets.change(.udp, phone, isAdded: true)
            sets.change(.udp, phone, isAdded: true)
            sets.change(.tcp, v6, isAdded: true)
            #expect(sets.failures == 0)
            #expect(try elements("signalled4").contains("elements = { 203.0.113.9 . udp . 40000 }"))
            #expect(try elements("signalled6").contains("elements = { 2001:db8::9 . tcp . 5060 }"))
            sets.change(.udp, phone, isAdded: false)
            #expect(try !elements("signalled4").contains("elements"))
            #expect(sets.failures == 0)
            sets.change(.udp, phone, isAdded: false)
            #expect(sets.failures == 1 && sets.lastFailure == ENOENT)
        }

        private func send(_ packet: [UInt8], _ injector: Injector) -> Bool { injector.send(packet.span) }

        @Test func theInjectorSendsWholePacketsFromAnyAddress() throws {
            let network = try network(.tftp)
            let client = try network.outside.enter { try TestSocket(.datagram, port: 7000) }
            let injector = try network.box.enter { try Injector() }
            var packet: [UInt8] = [0x45, 0, 0, 30, 0, 1, 0, 0, 64, 17, 0, 0, 10, 10, 0, 26, 10, 10, 0, 16]
            packet += [0, 69, 0x1b, 0x58, 0, 10, 0, 0, 0x68, 0x69]
            #expect(send(packet, injector))
            let received = try #require(try client.receiveFrom())
            #expect(received.text == "hi")
            #expect(received.from == Endpoint(ip("10.10.0.26"), 69))
            let broken: [UInt8] = [0x45, 0, 0]
            #expect(!send(broken, injector))
            var unreachable = packet
            unreachable[16] = 203
            #expect(!send(unreachable, injector))
            #expect(injector.failures == [EINVAL: 1, ENETUNREACH: 1])
            #expect(injector.sent == 1)
        }

        @Test func whatTheInjectorCanNotSendDoesNotKeepBackTheRest() throws {
            let network = try network(.tftp)
            let client = try network.outside.enter { try TestSocket(.datagram, port: 7000) }
            let injector = try network.box.enter { try Injector() }
            // More than leave together, every tenth of them to where no route leads.
            for number in 0..<100 as Range<UInt8> {
                var packet: [UInt8] = [0x45, 0, 0, 30, 0, 1, 0, 0, 64, 17, 0, 0, 10, 10, 0, 26, 10, 10, 0, 16]
                packet += [0, 69, 0x1b, 0x58, 0, 10, 0, 0, 0x30 + number / 10, 0x30 + number % 10]
                if number % 10 == 3 { packet[16] = 203 }
                injector.add(packet.span)
            }
            injector.flush()
            var texts: [String] = []
            while texts.count < 90, let received = try client.receiveFrom() { texts.append(received.text) }
            #expect(texts == (0..<100).filter { $0 % 10 != 3 }.map { ($0 < 10 ? "0" : "") + "\($0)" })
            #expect(injector.failures == [ENETUNREACH: 10])
            #expect(injector.sent == 90)
        }
    }
}
