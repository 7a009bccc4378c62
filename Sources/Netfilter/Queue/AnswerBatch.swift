import CLinux
import Glibc
import SystemCalls
import Wire

/// Answers to queued packets that leave together, in one sendmmsg, from where they stand: each goes straight back to
/// whoever handed over the packet that it answers, by the device that that came in by (packet(7)).
///
/// The question has shown the way back: to find it again is a good part of the kernel's work for a packet. Taps of the device
/// and its queueing discipline see what leaves here; netfilter, routes and IPsec's policies do not.
@safe
struct AnswerBatch: ~Copyable {
    private let socket: Descriptor
    private let capacity: Int
    private let vectors: UnsafeMutablePointer<iovec>
    private let addresses: UnsafeMutablePointer<sockaddr_ll>
    private let messages: UnsafeMutablePointer<CLinux_mmsghdr>
    private(set) var count = 0
    /// Bytes of the longest that was never too long for its device.
    private var longest = Int.max
    /// Answers that were lost, by errno.
    private(set) var failures: [Int32: UInt64] = [:]

    /// Needs CAP_NET_RAW, and CAP_NET_ADMIN for the room to send from.
    init(capacity: Int) throws(SystemError) {
        // Without a protocol it receives nothing.
        let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let socket = try Descriptor(Glibc.socket(AF_PACKET, type, 0), from: "socket(AF_PACKET)")
        try socket.setOption(SOL_SOCKET, SO_SNDBUFFORCE, Int32(8 << 20), "SO_SNDBUFFORCE")
        self.socket = socket
        self.capacity = capacity
        unsafe vectors = .allocate(capacity: capacity)
        unsafe addresses = .allocate(capacity: capacity)
        unsafe messages = .allocate(capacity: capacity)
        for index in 0..<capacity {
            unsafe vectors[index] = iovec()
            unsafe addresses[index] = sockaddr_ll()
            unsafe addresses[index].sll_family = UInt16(AF_PACKET)
            unsafe addresses[index].sll_halen = 6
            unsafe messages[index] = CLinux_mmsghdr()
            unsafe messages[index].msg_hdr.msg_iov = vectors + index
            unsafe messages[index].msg_hdr.msg_iovlen = 1
            unsafe messages[index].msg_hdr.msg_name = UnsafeMutableRawPointer(addresses + index)
            unsafe messages[index].msg_hdr.msg_namelen = socklen_t(MemoryLayout<sockaddr_ll>.size)
        }
    }

    deinit {
        unsafe messages.deallocate()
        unsafe addresses.deallocate()
        unsafe vectors.deallocate()
    }

    /// Whether an answer of `length` bytes to `question` can go this way. A group is nobody who hands something over.
    func takes(_ length: Int, to question: QueuedPacket) -> Bool {
        guard let address = question.linkAddress else { return false }
        return address >> 40 & 1 == 0 && question.device != 0 && length <= longest && count < capacity
    }

    /// Adds an IP packet, which stays where it is until ``send()``; this way must take it (see ``takes(_:to:)``).
    mutating func add(_ packet: iovec, to question: QueuedPacket) {
        precondition(count < capacity)
        unsafe vectors[count] = packet
        unsafe addresses[count].sll_protocol = question.hardwareProtocol.bigEndian
        unsafe addresses[count].sll_ifindex = Int32(bitPattern: question.device)
        let address = (question.linkAddress ?? 0) << 16
        unsafe withUnsafeMutableBytes(of: &addresses[count].sll_addr) { bytes in
            unsafe bytes.storeBytes(of: address.bigEndian, as: UInt64.self)
        }
        count += 1
    }

    /// Sends all, in order and without waiting. What can not be sent is lost, and counted: whoever asked asks again.
    mutating func send() {
        var next = 0
        while next < count {
            let sent = unsafe CLinux_sendmmsg(
                socket.number, messages + next, UInt32(count - next), Int32(MSG_DONTWAIT))
            if sent > 0 {
                next += Int(sent)
            } else {
                fail(next, errno)
                next += 1
            }
        }
        count = 0
    }

    private mutating func fail(_ index: Int, _ number: Int32) {
        failures[number, default: 0] &+= 1
        if number == EMSGSIZE { longest = unsafe min(longest, vectors[index].iov_len - 1) }
    }
}
