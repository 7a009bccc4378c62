import Glibc
import NIOCore

/// Socket options that NIO has no names for (linux/in.h, linux/in6.h).
enum SocketOptions {
    private static let transparentV4: CInt = 19
    private static let transparentV6: CInt = 75
    private static let bindAddressNoPort: CInt = 24

    /// The socket may have an address of another host.
    static func transparent(v4: Bool) -> ChannelOptions.Types.SocketOption {
        v4
            ? option(CInt(IPPROTO_IP), transparentV4)
            : option(CInt(IPPROTO_IPV6), transparentV6)
    }

    /// A port is chosen when it connects, so that one port serves for many destinations.
    static let portWhenConnecting = option(CInt(IPPROTO_IP), bindAddressNoPort)

    static let noDelay = option(CInt(IPPROTO_TCP), TCP_NODELAY)

    static let sendBuffer = option(SOL_SOCKET, SO_SNDBUF)
    static let reusePort = option(SOL_SOCKET, SO_REUSEPORT)
    static let reuseAddress = option(SOL_SOCKET, SO_REUSEADDR)

    private static func option(_ level: CInt, _ name: CInt) -> ChannelOptions.Types.SocketOption {
        ChannelOptions.Types.SocketOption(level: .init(rawValue: level), name: .init(rawValue: name))
    }
}
