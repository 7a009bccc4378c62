import NIOCore
import NIOPosix
import Wire

/// Where one thread takes phones' connections.
enum Listener {
    private static let backlog: Int32 = 4_096

    static func open(
        _ endpoint: Endpoint, inClear: Bool, _ settings: TerminatorSettings, _ table: NIOLoopBound<StreamTable>
    ) throws(TLSProxyError) -> any Channel {
        var bootstrap = ServerBootstrap(group: table.eventLoop)
            .serverChannelOption(.backlog, value: backlog)
            .serverChannelOption(SocketOptions.reuseAddress, value: 1)
            // Accepted connections inherit these.
            .serverChannelOption(SocketOptions.noDelay, value: 1)
            .serverChannelOption(SocketOptions.sendBuffer, value: settings.limits.sendBuffer)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try table.value.prepare(channel)
                    try channel.pipeline.syncOperations.addHandler(
                        Leg(.phone, table.value, stream: nil, inClear: inClear))
                }
            }
        if settings.loops > 1 { bootstrap = bootstrap.serverChannelOption(SocketOptions.reusePort, value: 1) }
        if settings.isTransparent {
            bootstrap = bootstrap.serverChannelOption(SocketOptions.transparent(v4: endpoint.address.isV4), value: 1)
        }
        do {
            return try bootstrap.bind(to: SocketAddress(endpoint)).wait()
        } catch {
            throw TLSProxyError("cannot listen on \(endpoint): \(error)")
        }
    }
}

extension StreamTable {
    /// What every connection of a stream has: small buffers, and each direction ends for itself.
    func prepare(_ channel: any Channel) throws {
        guard let options = channel.syncOptions else { return }
        try options.setOption(.allowRemoteHalfClosure, value: true)
        try options.setOption(
            .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: limits.receiveBuffer))
        try options.setOption(
            .writeBufferWaterMark, value: .init(low: limits.unsentLow, high: limits.unsentHigh))
    }
}
