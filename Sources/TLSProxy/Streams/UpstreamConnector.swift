import Glibc
import NIOCore
import NIOPosix
import Wire

/// Connects to call servers.
enum UpstreamConnector {
    static func connect(_ leg: Leg, _ plan: UpstreamPlan, _ table: StreamTable) {
        if let tls = plan.tls, !leg.prepare(tls) { return failLater(leg, .system(EPROTO), table) }
        let bound = NIOLoopBound((leg, table), eventLoop: table.loop)
        bootstrap(plan, table)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let (leg, table) = bound.value
                    try table.prepare(channel)
                    try channel.syncOptions?.setOption(SocketOptions.sendBuffer, value: table.limits.sendBuffer)
                    try channel.pipeline.syncOperations.addHandler(leg)
                }
            }
            .connect(to: SocketAddress(plan.destination))
            .assumeIsolated()
            .whenFailure { error in leg.stream?.upstreamFailed(failure(error)) }
    }

    private static func bootstrap(_ plan: UpstreamPlan, _ table: StreamTable) -> ClientBootstrap {
        let isV4 = plan.destination.address.isV4
        var bootstrap = ClientBootstrap(group: table.loop)
            .connectTimeout(TimeAmount(seconds: table.deadlines.connect))
        guard let source = plan.source else { return bootstrap }
        if plan.isTransparent { bootstrap = bootstrap.channelOption(SocketOptions.transparent(v4: isV4), value: 1) }
        if isV4, plan.sourcePort == 0 {
            bootstrap = bootstrap.channelOption(SocketOptions.portWhenConnecting, value: 1)
        }
        return bootstrap.bind(to: SocketAddress(Endpoint(source, plan.sourcePort)))
    }

    private static func failLater(_ leg: Leg, _ failure: UpstreamFailure, _ table: StreamTable) {
        let bound = NIOLoopBound(leg, eventLoop: table.loop)
        table.loop.execute { bound.value.stream?.upstreamFailed(failure) }
    }

    private static func failure(_ error: any Error) -> UpstreamFailure {
        switch error {
        case let error as IOError: .system(error.errnoCode)
        case ChannelError.connectTimeout: .deadline
        // The address is of a family that the source is not of, or the connection was given up meanwhile.
        default: .system(ECANCELED)
        }
    }
}
