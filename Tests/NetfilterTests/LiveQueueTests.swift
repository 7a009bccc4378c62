import ConfigLanguage
import Glibc
import SystemCalls
import Testing
import Wire

@testable import Netfilter

/// What the product promises of a box between two networks, tried in namespaces of the tests' own; as root.
@Suite(.serialized) struct LiveTests {}

extension LiveTests {
    @Suite struct Verdicts {
        /// A box that queues TFTP, untranslated.
        func network(_ configuration: Configuration) throws -> BoxNetwork {
            let network = try BoxNetwork()
            let rules = try KernelRules(configuration)
            try network.box.enter { try RuleInstaller.install(rules) }
            return network
        }

        var inspected: Configuration {
            var configuration = Configuration.plain
            configuration.permit("pp", .udp, to: .any, port: nil)
            configuration.inspectTFTP()
            return configuration
        }

        /// Takes packets until `count` came or a second passed; how many came.
        func serve(
            _ queue: PacketQueue, count: Int, _ decide: (inout MutableSpan<UInt8>, QueuedPacket) -> QueueVerdict
        ) throws -> Int {
            var seen = 0
            let deadline = MonotonicClock.now + 1_000_000_000
            while seen < count, MonotonicClock.now < deadline {
                seen += try queue.receive(decide)
                if seen < count { MonotonicClock.sleep(nanoseconds: 1_000_000) }
            }
            return seen
        }

        @Test func acceptedDroppedAndRewrittenPacketsFareAsJudged() throws {
            let network = try network(inspected)
            let queue = try network.box.enter { try PacketQueue(5061) }
            let server = try network.inside.enter { try TestSocket(.datagram, port: 69) }
            let client = try network.outside.enter { try TestSocket(.datagram) }

            client.send("accept", to: "192.0.2.101", 69)
            #expect(try serve(queue, count: 1) { _, _ in .accept } == 1)
            #expect(try server.receiveText() == "accept")

            client.send("drop", to: "192.0.2.101", 69)
            #expect(try serve(queue, count: 1) { _, _ in .drop } == 1)
            #expect(try server.receiveText() == nil)

            client.send("shorter", to: "192.0.2.101", 69)
            #expect(try serve(queue, count: 1) { bytes, packet in rewrite(&bytes, packet, "changed, and longer") } == 1)
            #expect(try server.receiveText() == "changed, and longer")
            #expect(queue.statistics.accepted == 1)
            #expect(queue.statistics.dropped == 1)
            #expect(queue.statistics.rewritten == 1)
            #expect(queue.statistics.refused == 0)
        }

        /// Replaces the payload of a UDP packet over IPv4.
        func rewrite(
            _ bytes: inout MutableSpan<UInt8>, _ packet: QueuedPacket, _ text: String
        ) -> QueueVerdict {
            let payload = Array(text.utf8)
            guard let ip = try? IPHeader.decode(bytes.span) else { return .drop }
            let length = ip.transportOffset + UDPHeader.length + payload.count
            for (index, byte) in payload.enumerated() { bytes[ip.transportOffset + UDPHeader.length + index] = byte }
            bytes.store(UInt16(length), at: IPv4Field.totalLength)
            bytes.store(UInt16(UDPHeader.length + payload.count), at: ip.transportOffset + 4)
            bytes.store(UInt16(0), at: ip.transportOffset + UDPHeader.checksumOffset)
            bytes.store(UInt16(0), at: IPv4Field.checksum)
            let sum = InternetChecksum.finish(InternetChecksum.add(bytes.span, in: 0..<ip.transportOffset))
            bytes.store(sum, at: IPv4Field.checksum)
            return .acceptRewritten(length: length)
        }

        @Test func aRewriteThatDoesNotFitIsDroppedAndCounted() throws {
            let network = try network(inspected)
            let queue = try network.box.enter { try PacketQueue(5061) }
            let server = try network.inside.enter { try TestSocket(.datagram, port: 69) }
            let client = try network.outside.enter { try TestSocket(.datagram) }
            client.send("x", to: "192.0.2.101", 69)
            #expect(try serve(queue, count: 1) { bytes, _ in .acceptRewritten(length: bytes.count + 1) } == 1)
            #expect(try server.receiveText() == nil)
            #expect(queue.statistics.badLengths == 1)
        }

        @Test func aPacketTellsWhereItCameFrom() throws {
            let network = try network(inspected)
            let queue = try network.box.enter { try PacketQueue(5061) }
            let client = try network.outside.enter { try TestSocket(.datagram) }
            client.send("hello", to: "192.0.2.101", 69)
            var packets: [QueuedPacket] = []
            let count = try serve(queue, count: 1) { _, packet in
                packets.append(packet)
                return .accept
            }
            #expect(count == 1)
            let packet = try #require(packets.first)
            #expect(packet.hardwareProtocol == 0x0800)
            #expect(packet.mark == QueueMark.value(interface: 1))
            #expect(packet.length == 20 + 8 + 5)
        }

        @Test func aTransferIsSteeredInBothDirectionsOnceItWasAskedFor() throws {
            let network = try network(inspected)
            let queues = try network.box.enter { [try PacketQueue(5060), try PacketQueue(5061)] }
            let server = try network.inside.enter { try TestSocket(.datagram, port: 69) }
            let transfer = try network.inside.enter { try TestSocket(.datagram, port: 40_000) }
            let client = try network.outside.enter { try TestSocket(.datagram, port: 50_000) }

            // Before the request, such packets are not inspected.
            transfer.send("unasked", to: "10.10.0.16", 50_000)
            #expect(try client.receiveText() == "unasked")
            client.send("request", to: "192.0.2.101", 69)
            #expect(try serve(queues[1], count: 1) { _, _ in .accept } == 1)
            #expect(try server.receiveText() == "request")
            transfer.send("data", to: "10.10.0.16", 50_000)
            #expect(try serve(queues[0], count: 1) { _, _ in .accept } == 1)
            #expect(try client.receiveText() == "data")
            client.send("acknowledgment", to: "192.0.2.101", 40_000)
            #expect(try serve(queues[1], count: 1) { _, _ in .accept } == 1)
            #expect(try transfer.receiveText() == "acknowledgment")
            // An ICMP error about the transfer goes the same way: nobody listens at 40001.
            client.send("to nobody", to: "192.0.2.101", 40_001)
            #expect(try serve(queues[1], count: 1) { _, _ in .accept } == 1)
            #expect(try serve(queues[0], count: 1) { bytes, _ in bytes[9] == 1 ? .accept : .drop } == 1)
            #expect(queues[0].statistics.dropped == 0)
        }

        /// It is the client's own while it is used, where it asked.
        @Test func theShortWayIsRenewedByTheLongWay() throws {
            let network = try network(inspected)
            let queues = try network.box.enter { [try PacketQueue(5060), try PacketQueue(5061)] }
            let client = try network.outside.enter { try TestSocket(.datagram, port: 50_000) }
            func isKnown(_ interface: Int) throws -> Bool {
                let set = "tftp_known4_\(interface)"
                let known = try network.box.run("nft", "list", "set", "inet", "phoneproxy", set)
                return known.contains("10.10.0.16 . 50000")
            }

            client.send("request", to: "192.0.2.101", 69)
            #expect(try serve(queues[1], count: 1) { _, _ in .drop } == 1)
            #expect(try !isKnown(1) && isKnown(2))
            // As after half a minute.
            try network.box.run("nft", "flush", "set", "inet", "phoneproxy", "tftp_known4_2")
            client.send("acknowledgment", to: "192.0.2.101", 40_000)
            #expect(try serve(queues[1], count: 1) { _, _ in .drop } == 1)
            #expect(try !isKnown(1) && isKnown(2))
            // The short way does not need what the long way needs.
            try network.box.run("nft", "flush", "set", "inet", "phoneproxy", "tftp_clients4")
            client.send("acknowledgment", to: "192.0.2.101", 40_000)
            #expect(try serve(queues[1], count: 1) { _, _ in .drop } == 1)
            try network.box.run("nft", "flush", "set", "inet", "phoneproxy", "tftp_known4_2")
            let server = try network.inside.enter { try TestSocket(.datagram, port: 40_000) }
            client.send("not inspected", to: "192.0.2.101", 40_000)
            #expect(try server.receiveText() == "not inspected")
        }

        @Test func aTransferOverIPv6IsSteeredTheSameWay() throws {
            let network = try network(inspected)
            for (space, device, address, gateway) in [
                (network.outside, "eth0", "2001:db8:1::16/64", "2001:db8:1::24"),
                (network.inside, "eth0", "2001:db8:2::101/64", "2001:db8:2::24"),
            ] {
                try space.ip("-n", space.name, "addr", "add", address, "dev", device, "nodad")
                try space.ip("-n", space.name, "route", "add", "default", "via", gateway)
            }
            // Who is at the gateway's address is told, not asked: neighbour discovery takes its time on a new link.
            let box = network.box
            for (space, device, gateway, hardware) in [
                (network.outside, "out0", "2001:db8:1::24", "02:00:00:00:01:24"),
                (network.inside, "in0", "2001:db8:2::24", "02:00:00:00:02:24"),
            ] {
                try box.ip("-n", box.name, "link", "set", device, "address", hardware)
                try box.ip("-n", box.name, "addr", "add", "\(gateway)/64", "dev", device, "nodad")
                try space.ip("-n", space.name, "neigh", "replace", gateway, "lladdr", hardware, "dev", "eth0")
            }
            let queues = try box.enter { [try PacketQueue(5060), try PacketQueue(5061)] }
            let phone = try network.outside.enter { try Injector() }
            let server = try network.inside.enter { try Injector() }
            send("2001:db8:1::16", 50_000, "2001:db8:2::101", 69, by: phone)
            var type: UInt16 = 0
            let count = try serve(queues[1], count: 1) { _, packet in
                type = packet.hardwareProtocol
                return .drop
            }
            #expect(count == 1)
            #expect(type == 0x86dd)
            send("2001:db8:2::101", 40_000, "2001:db8:1::16", 50_000, by: server)
            #expect(try serve(queues[0], count: 1) { _, _ in .drop } == 1)
            send("2001:db8:1::16", 50_000, "2001:db8:2::101", 40_000, by: phone)
            #expect(try serve(queues[1], count: 1) { _, _ in .drop } == 1)
        }

        /// An empty UDP packet.
        private func send(
            _ source: String, _ sourcePort: UInt16, _ destination: String, _ port: UInt16, by injector: Injector
        ) {
            var packet = [UInt8](repeating: 0, count: 48)
            packet[0] = 0x60
            packet[5] = 8
            packet[6] = 17
            packet[7] = 64
            var span = packet.mutableSpan
            for (offset, text) in [(8, source), (24, destination)] {
                span.store(ip(text).high, at: offset)
                span.store(ip(text).low, at: offset + 8)
            }
            span.store(sourcePort, at: 40)
            span.store(port, at: 42)
            span.store(UInt16(8), at: 44)
            let pseudo = InternetChecksum.pseudoHeader(
                source: ip(source), destination: ip(destination), transport: .udp, length: 8)
            span.store(InternetChecksum.finish(InternetChecksum.add(span.span, in: 40..<48, to: pseudo)), at: 46)
            injector.send(packet.span)
        }

        @Test func anOverrunIsSurvivedCountedAndShown() throws {
            let network = try network(inspected)
            var options = PacketQueue.Options()
            options.receiveBuffer = 8192
            options.reportsOverruns = true
            let (queue, counters) = try network.box.enter {
                (try PacketQueue(5061, options: options), try KernelQueueCounters())
            }
            let server = try network.inside.enter { try TestSocket(.datagram, port: 69) }
            let client = try network.outside.enter { try TestSocket(.datagram) }
            for number in 0..<200 { client.send("flood \(number)", to: "192.0.2.101", 69) }
            var seen = 0
            for _ in 0..<20 { seen += try queue.receive { _, _ in .drop } }
            #expect(seen > 0)
            #expect(seen < 200)
            #expect(queue.statistics.overruns > 0)
            let lost = try #require(try counters.read().first { $0.number == 5061 })
            #expect(lost.userDropped == UInt64(200 - seen))
            // And afterwards all is as before.
            client.send("after", to: "192.0.2.101", 69)
            #expect(try serve(queue, count: 1) { _, _ in .accept } == 1)
            #expect(try server.receiveText() == "after")
        }

        @Test func withNobodyAtTheQueueAClosedInterfaceLetsNothingPass() throws {
            let network = try network(inspected)
            let server = try network.inside.enter { try TestSocket(.datagram, port: 69) }
            let client = try network.outside.enter { try TestSocket(.datagram) }
            client.send("unseen", to: "192.0.2.101", 69)
            #expect(try server.receiveText() == nil)
        }

        @Test func withNobodyAtTheQueueAnOpenInterfaceLetsPass() throws {
            var open = inspected
            open.interfaces[1].failurePolicy = .open
            let network = try network(open)
            let server = try network.inside.enter { try TestSocket(.datagram, port: 69) }
            let client = try network.outside.enter { try TestSocket(.datagram) }
            client.send("unseen", to: "192.0.2.101", 69)
            #expect(try server.receiveText() == "unseen")
        }

        @Test func aLoopWakesForPacketsAndForItsWaker() throws {
            let network = try network(inspected)
            let loop = try network.box.enter { try QueueLoop([try PacketQueue(5060), try PacketQueue(5061)]) }
            let client = try network.outside.enter { try TestSocket(.datagram) }
            #expect(try loop.turn(waitingAtMost: 10) { _, _, _ in .accept } == QueueLoop.Turn())
            client.send("wake", to: "192.0.2.101", 69)
            var from: [Int] = []
            let turn = try loop.turn(waitingAtMost: 1000) { index, _, _ in
                from.append(index)
                return .accept
            }
            #expect(turn.packets == 1)
            #expect(from == [1])
            loop.waker.wake()
            #expect(try loop.turn(waitingAtMost: 60_000) { _, _, _ in .accept }.wasWoken)
            #expect(try loop.turn(waitingAtMost: 0) { _, _, _ in .accept } == QueueLoop.Turn())
        }

        @Test func aQueueThatIsTakenIsNotTakenAgain() throws {
            let box = try Namespace("box")
            try box.enter {
                let first = try PacketQueue(1)
                #expect(first.number == 1)
                #expect { try PacketQueue(1) } throws: { ($0 as? SystemError)?.operation == "bind queue 1" }
            }
        }
    }
}
