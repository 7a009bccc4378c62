import Glibc
import SystemCalls
import Testing
import Wire

@testable import Netfilter

/// Packets that the box answers itself.
extension LiveTests.Verdicts {
    /// Turns a UDP packet over IPv4 into an answer to it.
    private func answer(_ bytes: inout MutableSpan<UInt8>, _ packet: QueuedPacket, _ text: String) -> QueueVerdict {
        guard let ip = try? IPHeader.decode(bytes.span) else { return .drop }
        for (left, right, length) in [
            (IPv4Field.source, IPv4Field.destination, 4), (ip.transportOffset, ip.transportOffset + 2, 2),
        ] {
            for index in 0..<length {
                (bytes[left + index], bytes[right + index]) = (bytes[right + index], bytes[left + index])
            }
        }
        guard case .acceptRewritten(let length) = rewrite(&bytes, packet, text) else { return .drop }
        return .answer(length: length)
    }

    @Test func anAnswerGoesBackToWhoeverHandedOverTheQuestion() throws {
        let network = try network(inspected)
        // There is no other way back, and nothing that comes in is let through.
        try network.box.run("iptables", "-t", "mangle", "-A", "PREROUTING", "-p", "udp", "-j", "DROP")
        try network.box.ip("-n", network.box.name, "route", "add", "blackhole", "10.10.0.16/32")
        let queue = try network.box.enter { try PacketQueue(5061) }
        let server = try network.inside.enter { try TestSocket(.datagram, port: 69) }
        let client = try network.outside.enter { try TestSocket(.datagram) }
        for number in 1...3 { client.send("question \(number)", to: "192.0.2.101", 69) }
        var asked = 0
        let count = try serve(queue, count: 3) { bytes, packet in
            asked += 1
            return asked == 2 ? .drop : answer(&bytes, packet, "answer \(asked)")
        }
        #expect(count == 3)
        #expect(try client.receiveText() == "answer 1")
        #expect(try client.receiveText() == "answer 3")
        #expect(try server.receiveText() == nil)
        #expect(queue.statistics.answered == 2)
        #expect(queue.statistics.dropped == 3)
        #expect(queue.statistics.refused == 0)
        #expect(queue.answerFailures.isEmpty)
    }

    /// As a verdict it is cut to the MTU. It has come in by nowhere: what others have for that is not for it.
    @Test func anAnswerThatIsTooLongForItsDeviceLeavesByTheKernelsWay() throws {
        let network = try network(inspected)
        try network.box.run("iptables", "-t", "mangle", "-A", "PREROUTING", "-p", "udp", "-j", "DROP")
        for setting in ["all", "out0"] {
            try network.box.run("sysctl", "-qw", "net.ipv4.conf.\(setting).send_redirects=0")
            try network.box.run("sysctl", "-qw", "net.ipv4.conf.\(setting).rp_filter=0")
        }
        try network.box.ip("-n", network.box.name, "link", "set", "out0", "mtu", "576")
        let queue = try network.box.enter { try PacketQueue(5061) }
        let client = try network.outside.enter { try TestSocket(.datagram) }
        let text = String(repeating: "x", count: 700)
        for _ in 1...2 {
            client.send("question", to: "192.0.2.101", 69)
            #expect(
                try serve(queue, count: 1) { bytes, packet in
                    bytes.store(UInt16(0), at: IPv4Field.fragmentation)
                    return answer(&bytes, packet, text)
                } == 1)
        }
        #expect(queue.answerFailures == [EMSGSIZE: 1])
        #expect(queue.statistics.rewritten == 1)
        #expect(try client.receiveText() == text)
        #expect(try client.receiveText() == nil)
        client.send("question", to: "192.0.2.101", 69)
        #expect(try serve(queue, count: 1) { bytes, packet in answer(&bytes, packet, "short") } == 1)
        #expect(try client.receiveText() == "short")
        #expect(queue.statistics.answered == 2)
    }

    @Test func onlyWhoHandedSomethingOverIsAnsweredThere() throws {
        let answers = try AnswerBatch(capacity: 1)
        var question = QueuedPacket()
        (question.device, question.linkAddress) = (1, 0x0201_0203_0405)
        var taken = [answers.takes(100, to: question)]
        // The last of these is a group's: one answer would reach many.
        for address in [nil, 0x0101_0203_0405] as [UInt64?] {
            question.linkAddress = address
            taken.append(answers.takes(100, to: question))
        }
        (question.device, question.linkAddress) = (0, 0x0201_0203_0405)
        taken.append(answers.takes(100, to: question))
        #expect(taken == [true, false, false, false])
    }

    /// Its device is gone by the time that it is to leave.
    @Test func anAnswerThatIsLostIsCountedAndThoseBesideItLeave() throws {
        let network = try network(inspected)
        let queue = try network.box.enter { try PacketQueue(5061) }
        let client = try network.outside.enter { try TestSocket(.datagram) }
        for number in 1...3 { client.send("question \(number)", to: "192.0.2.101", 69) }
        var answers = try network.box.enter { try AnswerBatch(capacity: 3) }
        var asked = 0
        let count = try serve(queue, count: 3) { bytes, packet in
            asked += 1
            guard case .answer(let length) = answer(&bytes, packet, "answer \(asked)") else { return .drop }
            var question = packet
            if asked == 2 { question.device = 9999 }
            unsafe bytes.withUnsafeMutableBytes { memory in
                unsafe answers.add(iovec(iov_base: memory.baseAddress, iov_len: length), to: question)
            }
            answers.send()
            return .drop
        }
        #expect(count == 3)
        let failures = answers.failures
        #expect(failures == [ENXIO: 1])
        #expect(try client.receiveText() == "answer 1")
        #expect(try client.receiveText() == "answer 3")
    }

    /// What IPsec would encrypt must not leave past it.
    @Test func wherePoliciesEncryptNothingLeavesPastThem() throws {
        let network = try network(inspected)
        #expect(try !network.box.enter { try IPsecPolicies().exist })
        // As of a kernel without IPsec: there is no such netlink.
        let knowsNone = try IPsecPolicies(protocolNumber: 31).exist
        #expect(!knowsNone)
        let loop = try network.box.enter { try QueueLoop([try PacketQueue(5061)]) }
        _ = try loop.turn(waitingAtMost: 0) { _, _, _ in .drop }
        #expect(loop.queues[0].returnsAnswers)
        try network.box.ip(
            "-n", network.box.name, "xfrm", "policy", "add", "src", "192.0.2.0/24", "dst", "10.10.0.0/24", "dir", "out",
            "tmpl", "src", "10.10.0.24", "dst", "10.10.0.16", "proto", "esp", "mode", "tunnel")
        #expect(try network.box.enter { try IPsecPolicies().exist })
        MonotonicClock.sleep(nanoseconds: 1_000_000_000)
        _ = try loop.turn(waitingAtMost: 0) { _, _, _ in .drop }
        #expect(!loop.queues[0].returnsAnswers)
    }

    @Test func anAnswerAboutPoliciesThatCanNotBeReadIsNone() {
        let good: [UInt8] =
            [48, 0, 0, 0, 0x24, 0] + [UInt8](repeating: 0, count: 14) + [28, 0, 1, 0]
            + [1, 0, 0, 0, 2, 0, 0, 0] + [UInt8](repeating: 0, count: 16)
        #expect(IPsecPolicies.count(in: good.span) == 2)
        for length in 0..<good.count { #expect(IPsecPolicies.count(in: good.span.extracting(0..<length)) == nil) }
        var refused = good
        refused[4] = 2
        #expect(IPsecPolicies.count(in: refused.span) == nil)
    }
}
