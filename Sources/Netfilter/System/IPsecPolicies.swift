import CLinux
import Glibc
import SystemCalls
import Wire

/// Whether the kernel is told to encrypt some of what leaves (linux/xfrm.h): what leaves past its routes would leave in the
/// clear.
struct IPsecPolicies: ~Copyable {
    /// `nil` where the kernel has no IPsec.
    private let socket: Descriptor?

    /// - Parameter protocolNumber: of netlink; NETLINK_XFRM.
    init(protocolNumber: Int32 = 6) throws(SystemError) {
        let type = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let number = Glibc.socket(AF_NETLINK, type, protocolNumber)
        if number < 0, errno == EPROTONOSUPPORT {
            socket = nil
        } else {
            socket = try Descriptor(number, from: "socket(NETLINK_XFRM)")
        }
    }

    /// Whether there are any for what leaves; yes, where it can not be told.
    var exist: Bool {
        switch socket {
        case .some(let socket): Self.count(in: Self.ask(socket).span) != 0
        case .none: false
        }
    }

    /// The kernel has answered once the question is sent.
    private static func ask(_ socket: borrowing Descriptor) -> [UInt8] {
        let length = Netlink.headerLength + 4
        var question = [UInt8](repeating: 0, count: length)
        var bytes = question.mutableSpan
        _ = bytes.putNetlinkHeader(
            type: getInformation, flags: UInt16(NLM_F_REQUEST), sequence: 1, length: length, at: 0)
        guard unsafe send(socket.number, question, length, 0) == length else { return [] }
        return received(socket)
    }

    private static func received(_ socket: borrowing Descriptor) -> [UInt8] {
        var answer = [UInt8](repeating: 0, count: 256)
        let length = unsafe recv(socket.number, &answer, answer.count, 0)
        return Array(answer.prefix(max(length, 0)))
    }

    /// Policies for what leaves, by the kernel's answer; `nil` where it has none.
    static func count(in answer: Span<UInt8>) -> UInt32? {
        guard let message = try? NetlinkMessage.decode(answer, at: 0, length: answer.count),
            message.type == newInformation, message.body.count >= 4
        else { return nil }
        var attributes = NetlinkAttributes(message.body.lowerBound + 4, message.body.upperBound)
        while let (type, value) = try? attributes.next(answer) {
            // struct xfrmu_spdinfo: of what comes in, of what leaves, of what is forwarded.
            if type == numbers, value.count >= 12 { return answer.hostUInt32(at: value.lowerBound + 4) }
        }
        return nil
    }

    // XFRM_MSG_NEWSPDINFO, XFRM_MSG_GETSPDINFO, XFRMA_SPD_INFO: <linux/xfrm.h> brings in other addresses than glibc's.
    private static let newInformation: UInt16 = 0x24
    private static let getInformation: UInt16 = 0x25
    private static let numbers: UInt16 = 1
}
