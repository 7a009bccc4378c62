import Wire

/// What the box itself sends.
extension Engine {
    /// Sends one UDP datagram of the box's own making.
    ///
    /// - Parameters:
    ///   - ingress: where the packets come from that it answers for, which captures and log lines tell.
    ///   - egress: where it leaves.
    mutating func inject(
        _ payload: ArraySlice<UInt8>, from source: Endpoint, to destination: Endpoint, ingress: InterfaceIndex,
        egress: InterfaceIndex
    ) {
        identification &+= 1
        guard releases.count < Self.releaseLimit,
            let packet = UDPPacket.make(
                from: source, to: destination, identification: identification, payload.span)
        else {
            counters.notInjected &+= 1
            return
        }
        releases.append(Release(origin: .box, packet: packet, ingress: ingress, egress: egress, isRewritten: false))
        counters.injected &+= 1
    }

    /// Sends all that waits in the outbox of the phones' files.
    mutating func injectOutbox(_ course: ReleaseQueue.Course) {
        let waiting = phoneFiles.outbox.items.count
        let made = releases.append(
            &phoneFiles.outbox, course, identification: &identification, limit: Self.releaseLimit)
        counters.injected &+= UInt64(made)
        counters.notInjected &+= UInt64(waiting - made)
    }
}
