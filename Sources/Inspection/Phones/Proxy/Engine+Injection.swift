import Wire

/// What the box itself sends.
extension Engine {
    /// Sends one UDP datagram of the box's own making.
    ///
    /// - Parameters:
    ///   - ingress: where the packets come from that it answers for, which captures and log lines tell.
    ///   - egress: where it leaves.
    mutating func inject(
        _ payload: Span<UInt8>, from source: Endpoint, to destination: Endpoint, ingress: InterfaceIndex,
        egress: InterfaceIndex
    ) {
        identification &+= 1
        guard releases.count < Self.releaseLimit,
            let packet = UDPPacket.make(
                from: source, to: destination, identification: identification, payload)
        else {
            counters.notInjected &+= 1
            return
        }
        counters.injected &+= 1
        releases.append(
            Release(origin: .box, packet: packet, ingress: ingress, egress: egress, isRewritten: false))
    }
}
