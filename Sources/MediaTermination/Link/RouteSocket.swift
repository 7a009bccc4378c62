import CLinux
import Glibc
import SystemCalls
import Wire

/// Asks the kernel about devices, routes and neighbours, and hears of changes.
///
/// The kernel answers such questions while it takes them: nothing here waits.
final class RouteSocket {
    enum Change {
        case neighbour(address: IPAddress, device: Int32, Neighbour)
        /// Routes, addresses or devices are not what they were.
        case topology
    }

    private let questions: Descriptor
    private let changes: Descriptor
    private var sequence: UInt32 = 0
    private var buffer = [UInt8](repeating: 0, count: 32_768)

    init() throws(SystemError) {
        let groups = [
            RTNLGRP_LINK, RTNLGRP_NEIGH, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_IFADDR,
            RTNLGRP_IPV6_ROUTE,
        ]
        questions = try Self.open(groups: 0)
        changes = try Self.open(groups: groups.reduce(0) { $0 | 1 << ($1.rawValue - 1) })
    }

    private static func open(groups: UInt32) throws(SystemError) -> Descriptor {
        let type = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = try Descriptor(socket(AF_NETLINK, type, NETLINK_ROUTE), from: "socket(NETLINK_ROUTE)")
        var address = sockaddr_nl()
        address.nl_family = sa_family_t(AF_NETLINK)
        address.nl_groups = groups
        try descriptor.bind(to: address, "bind(NETLINK_ROUTE)")
        return descriptor
    }

    /// What poll watches for changes.
    var number: Int32 { changes.number }

    // MARK: Questions

    /// `nil` for a device that does not exist.
    func link(named device: String) -> LinkFacts? {
        ask({ RouteMessage.getLink(named: device, sequence: $0) }, RTM_NEWLINK) { bytes, body in
            try? RouteMessage.link(bytes, body)
        }
    }

    /// The gateway to `address` out of `device`, or `address` itself on the link; `nil` when there is no route.
    func nextHop(to address: IPAddress, device: Int32) -> IPAddress? {
        ask({ RouteMessage.getRoute(to: address, device: device, sequence: $0) }, RTM_NEWROUTE) { bytes, body in
            try? RouteMessage.nextHop(bytes, body, to: address)
        }
    }

    /// `nil` when the kernel has never looked for it.
    func neighbour(_ address: IPAddress, device: Int32) -> Neighbour? {
        ask({ RouteMessage.getNeighbour(address, device: device, sequence: $0) }, RTM_NEWNEIGH) { bytes, body in
            (try? RouteMessage.neighbour(bytes, body))?.neighbour
        }
    }

    private func ask<Answer>(
        _ message: (UInt32) -> [UInt8], _ type: Int, _ read: (Span<UInt8>, Range<Int>) -> Answer?
    ) -> Answer? {
        sequence &+= 1
        let request = message(sequence)
        let sent = unsafe request.withUnsafeBytes { unsafe send(questions.number, $0.baseAddress, $0.count, 0) }
        guard sent == request.count else { return nil }
        // An answer to an earlier question that was given up may stand before this one's.
        for _ in 0..<8 {
            guard let datagram = receive(questions.number) else { return nil }
            let bytes = datagram.span
            guard let reply = try? NetlinkMessage.decode(bytes, at: 0, length: bytes.count), reply.sequence == sequence
            else { continue }
            return Int(reply.type) == type ? read(bytes, reply.body) : nil
        }
        return nil
    }

    /// `nil` when there is none.
    private func receive(_ descriptor: Int32) -> [UInt8]? {
        let length = unsafe buffer.withUnsafeMutableBytes {
            unsafe recv(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
        }
        return length >= 0 ? Array(buffer[..<length]) : nil
    }

    // MARK: Changes

    /// Hands over what has changed since the last call; a bounded number of datagrams.
    func drain(_ body: (Change) -> Void) {
        for _ in 0..<64 {
            guard let datagram = receive(changes.number) else {
                // Too much happened at once, and some of it was not told.
                if errno == ENOBUFS { body(.topology) }
                return
            }
            let bytes = datagram.span
            var offset = 0
            while offset < bytes.count,
                let message = try? NetlinkMessage.decode(bytes, at: offset, length: bytes.count)
            {
                if let change = Self.change(bytes, message) { body(change) }
                offset = message.next
            }
        }
    }

    private static func change(_ bytes: Span<UInt8>, _ message: NetlinkMessage) -> Change? {
        switch Int(message.type) {
        case RTM_NEWNEIGH, RTM_DELNEIGH:
            let isGone = Int(message.type) == RTM_DELNEIGH
            guard let (address, device, neighbour) = try? RouteMessage.neighbour(bytes, message.body, isGone: isGone)
            else { return nil }
            return .neighbour(address: address, device: device, neighbour)
        default: return .topology
        }
    }
}
