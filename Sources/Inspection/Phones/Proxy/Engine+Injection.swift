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
        let identification = identification
        let isMade =
            releases.count < Self.releaseLimit
            && releases.add(origin: .box, ingress: ingress, egress: egress) {
                UDPPacket.append(
                    from: source, to: destination, identification: identification, payload, onto: &$0)
            }
        if isMade { counters.injected &+= 1 } else { counters.notInjected &+= 1 }
    }
}
