import CLinux
import Glibc
import SystemCalls
import Wire

/// Opening a netlink socket and taking a queue on it.
enum QueueSocket {
    /// A socket that holds `queue`; packets flow from here on.
    static func open(_ queue: UInt16, _ options: PacketQueue.Options) throws(SystemError) -> Descriptor {
        let descriptor = try Descriptor(
            socket(AF_NETLINK, Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue), NETLINK_NETFILTER),
            from: "socket(NETLINK_NETFILTER)")
        try bindAddress(descriptor)
        try setOptions(descriptor, options)
        try request(QueueMessage.bind(queue: queue, sequence: 1), sequence: 1, descriptor, "bind queue \(queue)")
        // Without GSO the kernel cuts super-packets into segments and completes their checksums, so that what is
        // rewritten here is whole and fits the MTU.
        var mask = UInt32(NFQA_CFG_F_GSO | NFQA_CFG_F_UID_GID)
        var flags: UInt32 = options.acceptsSuperPackets ? UInt32(NFQA_CFG_F_GSO) : 0
        mask |= UInt32(NFQA_CFG_F_FAIL_OPEN)
        if options.failsOpenWhenFull { flags |= UInt32(NFQA_CFG_F_FAIL_OPEN) }
        let limits = QueueMessage.limits(
            queue: queue, sequence: 2, maximumLength: UInt32(options.maximumLength), flags: flags, mask: mask)
        try request(limits, sequence: 2, descriptor, "configure queue \(queue)")
        try send(QueueMessage.copyPackets(queue: queue, sequence: 3), descriptor, "start queue \(queue)")
        return descriptor
    }

    private static func bindAddress(_ descriptor: borrowing Descriptor) throws(SystemError) {
        var address = sockaddr_nl()
        address.nl_family = sa_family_t(AF_NETLINK)
        let size = socklen_t(MemoryLayout<sockaddr_nl>.size)
        let result = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(descriptor.number, $0, size) }
        }
        guard result == 0 else { throw SystemError.last("bind(AF_NETLINK)") }
    }

    private static func setOptions(
        _ descriptor: borrowing Descriptor, _ options: PacketQueue.Options
    ) throws(SystemError) {
        let size = Int32(clamping: options.receiveBuffer)
        try descriptor.setOption(SOL_SOCKET, SO_RCVBUFFORCE, size, "SO_RCVBUFFORCE")
        // A batch of rewritten packets of the greatest length must fit one message.
        let longest = Int32(PacketQueue.batch * ReceiveBuffers.slotSize)
        try descriptor.setOption(SOL_SOCKET, SO_SNDBUFFORCE, longest, "SO_SNDBUFFORCE")
        // Answers to refused verdicts need not bring the rewritten packet back.
        try descriptor.setOption(SOL_NETLINK, Int32(NETLINK_CAP_ACK), 1, "NETLINK_CAP_ACK")
        let quiet: Int32 = options.reportsOverruns ? 0 : 1
        try descriptor.setOption(SOL_NETLINK, Int32(NETLINK_NO_ENOBUFS), quiet, "NETLINK_NO_ENOBUFS")
    }

    /// Sends `message` and waits for the kernel's acknowledgment of it.
    private static func request(
        _ message: [UInt8], sequence: UInt32, _ descriptor: borrowing Descriptor, _ operation: String
    ) throws(SystemError) {
        try send(message, descriptor, operation)
        var answer = [UInt8](repeating: 0, count: 4096)
        // Few other messages can stand before the acknowledgment: nothing flows yet.
        for _ in 0..<8 {
            guard try descriptor.waitReadable(milliseconds: 1000) else { break }
            let length = unsafe answer.withUnsafeMutableBytes {
                unsafe recv(descriptor.number, $0.baseAddress, $0.count, 0)
            }
            guard length >= 0 else { throw SystemError.last(operation) }
            let bytes = answer.span
            guard let reply = try? NetlinkMessage.decode(bytes, at: 0, length: length), reply.sequence == sequence,
                reply.type == NLMSG_ERROR, let number = reply.errorNumber(bytes)
            else { continue }
            if number == 0 { return }
            throw SystemError(operation, number)
        }
        throw SystemError(operation, ETIMEDOUT)
    }

    private static func send(
        _ message: [UInt8], _ descriptor: borrowing Descriptor, _ operation: String
    ) throws(SystemError) {
        let sent = unsafe message.withUnsafeBytes { unsafe Glibc.send(descriptor.number, $0.baseAddress, $0.count, 0) }
        guard sent == message.count else { throw SystemError.last(operation) }
    }
}
