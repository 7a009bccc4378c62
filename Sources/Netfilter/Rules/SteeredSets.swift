import CLinux
import Glibc
import SystemCalls
import Wire

/// The kernel's sets of ends for which signalling has opened a pinhole: packets to and from them go to the engine.
/// Their elements come and go while the rules stand.
public struct SteeredSets: ~Copyable {
    public private(set) var failures: UInt64 = 0
    /// Of the last failure.
    public private(set) var lastFailure: Int32?
    private let socket: Descriptor
    private var sequence: UInt32 = 0
    private var answer = [UInt8](repeating: 0, count: 8192)

    static func name(isV4: Bool) -> String { isV4 ? "signalled4" : "signalled6" }

    /// Needs CAP_NET_ADMIN when it is used.
    public init() throws(SystemError) {
        let type = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        socket = try Descriptor(Glibc.socket(AF_NETLINK, type, NETLINK_NETFILTER), from: "socket(NETLINK_NETFILTER)")
    }

    /// Adds or removes one end. The kernel has done it when this returns, or it is counted as a failure.
    public mutating func change(_ transport: IPProtocol, _ end: Endpoint, isAdded: Bool) {
        sequence &+= 1
        let message = SteeredSetMessage.change(transport, end, isAdded: isAdded, sequence: sequence)
        let sent = unsafe message.withUnsafeBytes { unsafe send(socket.number, $0.baseAddress, $0.count, 0) }
        guard sent == message.count else { return note(errno) }
        readAnswers()
    }

    /// Every answer is there once the message is sent: nf_tables works in the sender's own time.
    private mutating func readAnswers() {
        while true {
            let length = unsafe answer.withUnsafeMutableBytes {
                unsafe recv(socket.number, $0.baseAddress, $0.count, 0)
            }
            guard length > 0 else { return }
            for number in Self.errors(in: answer.span, length) { note(number) }
        }
    }

    private static func errors(in bytes: Span<UInt8>, _ length: Int) -> [Int32] {
        var errors: [Int32] = []
        var offset = 0
        while let reply = try? NetlinkMessage.decode(bytes, at: offset, length: length) {
            offset = reply.next
            guard reply.type == NLMSG_ERROR, let number = reply.errorNumber(bytes), number != 0 else { continue }
            errors.append(number)
        }
        return errors
    }

    private mutating func note(_ number: Int32) {
        failures &+= 1
        lastFailure = number
    }
}

/// Messages of nf_tables (linux/netfilter/nf_tables.h), each a batch of its own.
enum SteeredSetMessage {
    private static let subsystem: UInt16 = 10
    private static let newElement: UInt16 = subsystem << 8 | 12
    private static let deleteElement: UInt16 = subsystem << 8 | 14
    private static let batchBegin: UInt16 = 16
    private static let batchEnd: UInt16 = 17
    private static let familyInet: UInt8 = 1
    private static let nested = 0x8000
    /// struct nfgenmsg.
    private static let familyHeaderLength = 4

    static func change(_ transport: IPProtocol, _ end: Endpoint, isAdded: Bool, sequence: UInt32) -> [UInt8] {
        let key = attribute(1, key(transport, end))
        let element = attribute(1 | nested, attribute(1 | nested, key))
        let body =
            attribute(1, text(Nft.table)) + attribute(2, text(SteeredSets.name(isV4: end.address.isV4)))
            + attribute(3 | nested, element)
        let create = UInt16(NLM_F_REQUEST | NLM_F_ACK | (isAdded ? NLM_F_CREATE : 0))
        return message(batchBegin, UInt16(NLM_F_REQUEST), 0, subsystem, sequence, [])
            + message(isAdded ? newElement : deleteElement, create, familyInet, 0, sequence, body)
            + message(batchEnd, UInt16(NLM_F_REQUEST), 0, subsystem, sequence, [])
    }

    /// Address, protocol and port, each in a word of its own: a concatenation as nft makes it.
    private static func key(_ transport: IPProtocol, _ end: Endpoint) -> [UInt8] {
        bytes(end.address) + [transport.rawValue, 0, 0, 0, UInt8(end.port >> 8), UInt8(end.port & 0xff), 0, 0]
    }

    private static func bytes(_ address: IPAddress) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: address.isV4 ? 4 : 16)
        var span = bytes.mutableSpan
        if address.isV4 {
            span.store(address.v4, at: 0)
        } else {
            span.store(address.high, at: 0)
            span.store(address.low, at: 8)
        }
        return bytes
    }

    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }

    private static func attribute(_ type: Int, _ value: [UInt8]) -> [UInt8] {
        let length = Netlink.attributeHeaderLength + value.count
        var bytes = [UInt8](repeating: 0, count: Netlink.aligned(length))
        var span = bytes.mutableSpan
        let start = span.putNetlinkAttribute(type, length: value.count, at: 0)
        for index in 0..<value.count { span[start + index] = value[index] }
        return bytes
    }

    private static func message(
        _ type: UInt16, _ flags: UInt16, _ family: UInt8, _ resource: UInt16, _ sequence: UInt32, _ body: [UInt8]
    ) -> [UInt8] {
        let length = Netlink.headerLength + familyHeaderLength + body.count
        var bytes = [UInt8](repeating: 0, count: length)
        var span = bytes.mutableSpan
        let start = span.putNetlinkHeader(type: type, flags: flags, sequence: sequence, length: length, at: 0)
        span[start] = family
        span.store(resource, at: start + 2)
        for index in 0..<body.count { span[start + familyHeaderLength + index] = body[index] }
        return bytes
    }
}
