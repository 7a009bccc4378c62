import CLinux
import Wire

/// The classic BPF program that picks one worker's packets for one media termination address: UDP, addressed to this host
/// and to the address, to a port of the worker. Offsets count from the IP header.
///
/// Fragments, and IPv6 packets whose extension headers hide the port, go to the first worker, which drops and counts them.
enum RingFilter {
    static func program(for address: IPAddress, worker: Int, of workers: Int) -> [sock_filter] {
        var program = Program()
        program.load(.word, UInt32(bitPattern: SKF_AD_OFF + SKF_AD_PKTTYPE))
        program.require(UInt32(PACKET_HOST))
        if address.isV4 {
            program.destinationV4(address, takesFragments: worker == 0)
        } else {
            program.destinationV6(address, takesOthers: worker == 0)
        }
        // The class is (port / 2) mod 64, and the number of workers divides 64.
        program.shiftRight(1)
        program.and(UInt32(workers - 1))
        program.require(UInt32(worker))
        return program.finished()
    }

    private struct Program {
        enum Width: UInt32 {
            case word = 0x00
            case half = 0x08
            case byte = 0x10
        }

        /// What a jump leads to; the addresses come when the program is finished.
        private enum Exit: UInt8 {
            case next, accept, reject
        }

        private var code: [(UInt16, yes: Exit, no: Exit, UInt32)] = []

        mutating func load(_ width: Width, _ offset: UInt32) { add(UInt32(BPF_LD | BPF_ABS) | width.rawValue, offset) }
        mutating func shiftRight(_ count: UInt32) { add(UInt32(BPF_ALU | BPF_RSH), count) }
        mutating func and(_ mask: UInt32) { add(UInt32(BPF_ALU | BPF_AND), mask) }
        mutating func require(_ value: UInt32) { add(UInt32(BPF_JMP | BPF_JEQ), value, .next, .reject) }

        private mutating func add(_ operation: UInt32, _ value: UInt32, _ yes: Exit = .next, _ no: Exit = .next) {
            code.append((UInt16(truncatingIfNeeded: operation), yes, no, value))
        }

        mutating func destinationV4(_ address: IPAddress, takesFragments: Bool) {
            load(.word, UInt32(IPv4Field.destination))
            require(address.v4)
            load(.byte, UInt32(IPv4Field.transport))
            require(UInt32(IPProtocol.udp.rawValue))
            load(.half, UInt32(IPv4Field.fragmentation))
            let fragment = UInt32(IPv4Field.moreFragments | IPv4Field.offsetMask)
            add(UInt32(BPF_JMP | BPF_JSET), fragment, takesFragments ? .accept : .reject, .next)
            // X becomes the header's length, then the port is read behind it.
            add(UInt32(BPF_LDX | BPF_B | BPF_MSH), 0)
            add(UInt32(BPF_LD | BPF_H | BPF_IND), 2)
        }

        mutating func destinationV6(_ address: IPAddress, takesOthers: Bool) {
            for (index, word) in [address.high >> 32, address.high, address.low >> 32, address.low].enumerated() {
                load(.word, UInt32(IPv6Field.destination + 4 * index))
                require(UInt32(truncatingIfNeeded: word))
            }
            load(.byte, UInt32(IPv6Field.nextHeader))
            if takesOthers {
                // Only what may hide a fragment of UDP: TCP, ICMPv6 and the like are none of ours.
                add(UInt32(BPF_JMP | BPF_JEQ), UInt32(IPProtocol.fragment.rawValue), .accept, .next)
            }
            require(UInt32(IPProtocol.udp.rawValue))
            load(.half, UInt32(IPv6Field.length + 2))
        }

        /// Appends the two ends and resolves the jumps.
        func finished() -> [sock_filter] {
            let accept = code.count
            let body = code.enumerated().map { index, line in
                func distance(_ exit: Exit) -> UInt8 {
                    switch exit {
                    case .next: 0
                    case .accept: UInt8(accept - index - 1)
                    case .reject: UInt8(accept - index)
                    }
                }
                return sock_filter(code: line.0, jt: distance(line.yes), jf: distance(line.no), k: line.3)
            }
            let exit = UInt16(BPF_RET | BPF_K)
            let ends = [UInt32(0xffff), 0].map { sock_filter(code: exit, jt: 0, jf: 0, k: $0) }
            return body + ends
        }
    }
}
