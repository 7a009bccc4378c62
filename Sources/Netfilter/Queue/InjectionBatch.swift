import CLinux
import Glibc
import SystemCalls
import Wire

/// Packets of one address family that leave together, in one sendmmsg, copied into memory that was laid out once.
@safe
struct InjectionBatch: ~Copyable {
    /// Packets, and the bytes of all of them: room for any one packet, and for as many of the common size.
    private static let capacity = 64
    private static let room = capacity * 1536

    private let bytes: UnsafeMutablePointer<UInt8>
    private let vectors: UnsafeMutablePointer<iovec>
    private let addresses: UnsafeMutablePointer<sockaddr_in6>
    private let messages: UnsafeMutablePointer<CLinux_mmsghdr>
    private var used = 0
    private(set) var count = 0
    /// What all packets of the batch are.
    private(set) var isV4 = true

    init() {
        unsafe bytes = .allocate(capacity: Self.room)
        unsafe vectors = .allocate(capacity: Self.capacity)
        unsafe addresses = .allocate(capacity: Self.capacity)
        unsafe messages = .allocate(capacity: Self.capacity)
        for index in 0..<Self.capacity {
            unsafe vectors[index] = iovec()
            unsafe addresses[index] = sockaddr_in6()
            unsafe messages[index] = CLinux_mmsghdr()
            unsafe messages[index].msg_hdr.msg_iov = vectors + index
            unsafe messages[index].msg_hdr.msg_iovlen = 1
            unsafe messages[index].msg_hdr.msg_name = UnsafeMutableRawPointer(addresses + index)
        }
    }

    deinit {
        unsafe messages.deallocate()
        unsafe addresses.deallocate()
        unsafe vectors.deallocate()
        unsafe bytes.deallocate()
    }

    /// Whether a packet of so many bytes to there can be added; to an empty batch any IP packet can.
    func hasRoom(for length: Int, to destination: IPAddress) -> Bool {
        count == 0 || count < Self.capacity && used + length <= Self.room && isV4 == destination.isV4
    }

    /// Adds a packet; there must be room (see ``hasRoom(for:to:)``).
    mutating func add(_ packet: Span<UInt8>, to destination: IPAddress) {
        precondition(hasRoom(for: packet.count, to: destination) && packet.count <= Self.room)
        isV4 = destination.isV4
        let place = unsafe bytes + used
        unsafe packet.withUnsafeBytes { source in
            if let start = source.baseAddress { unsafe _ = memcpy(place, start, source.count) }
        }
        unsafe vectors[count] = iovec(iov_base: place, iov_len: packet.count)
        unsafe messages[count].msg_hdr.msg_namelen = destination.store(at: addresses + count)
        used += packet.count
        count += 1
    }

    /// Sends all, in order and without waiting, and empties the batch. What can not be sent is left out, and its errno
    /// told.
    ///
    /// Returns how many were sent.
    mutating func send(to descriptor: borrowing Descriptor, failed: (Int32) -> Void) -> Int {
        var (next, sent) = (0, 0)
        while next < count {
            let taken = unsafe CLinux_sendmmsg(
                descriptor.number, messages + next, UInt32(count - next), Int32(MSG_DONTWAIT))
            if taken > 0 {
                next += Int(taken)
                sent += Int(taken)
            } else {
                // The first of them is the one that failed.
                failed(errno)
                next += 1
            }
        }
        (count, used) = (0, 0)
        return sent
    }
}

extension IPAddress {
    /// Writes a `sockaddr_in` or a `sockaddr_in6`; how many bytes that are.
    fileprivate func store(at place: UnsafeMutablePointer<sockaddr_in6>) -> socklen_t {
        guard isV4 else {
            unsafe place.pointee = sockaddr_in6()
            unsafe place.pointee.sin6_family = sa_family_t(AF_INET6)
            unsafe withUnsafeMutableBytes(of: &place.pointee.sin6_addr) { bytes in
                unsafe bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
                unsafe bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            return socklen_t(MemoryLayout<sockaddr_in6>.size)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = v4.bigEndian
        unsafe UnsafeMutableRawPointer(place).storeBytes(of: address, as: sockaddr_in.self)
        return socklen_t(MemoryLayout<sockaddr_in>.size)
    }
}
