import Glibc
import SystemCalls
import Wire

/// Begins connections to call servers.
enum UpstreamConnector {
    /// A socket that connects, as `plan` says.
    static func connect(_ plan: UpstreamPlan, _ limits: StreamLimits) throws(SystemError) -> TCPSocket {
        let socket = try TCPSocket(v4: plan.destination.address.isV4)
        try socket.setNoDelay()
        try socket.setSendBuffer(limits.sendBuffer)
        try bind(socket, plan)
        // Connected at once or not, it says so by being writable.
        _ = try socket.connect(to: plan.destination)
        return socket
    }

    private static func bind(_ socket: borrowing TCPSocket, _ plan: UpstreamPlan) throws(SystemError) {
        guard let source = plan.source else { return }
        let isV4 = plan.destination.address.isV4
        guard source.isV4 == isV4 else { throw SystemError("bind", EAFNOSUPPORT) }
        if plan.isTransparent { try socket.setTransparent(v4: isV4) }
        if isV4, plan.sourcePort == 0 { try socket.setPortWhenConnecting() }
        try socket.bind(to: Endpoint(source, plan.sourcePort))
    }
}
