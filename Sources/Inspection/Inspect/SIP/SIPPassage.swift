import Wire

/// One SIP message's way through the box in a packet: who sends it to whom, and as what they see each other.
struct SIPPassage {
    /// As it came in.
    let source: Endpoint
    let destination: Endpoint
    /// As it goes on.
    let seenSource: Endpoint
    let realDestination: Endpoint
    let ingress: InterfaceIndex
    let egress: InterfaceIndex
    let transport: IPProtocol
    /// Place of its inspection map in ``Classifier/sipPolicies``.
    let policy: UInt8
    /// `nil` before the flow is one.
    let flow: FlowID?

    init(_ flow: Flow, _ id: FlowID?, fromInitiator: Bool) {
        let came = fromInitiator ? flow.forward : flow.reverse
        let other = fromInitiator ? flow.reverse : flow.forward
        source = came.sourceEndpoint
        destination = came.destinationEndpoint
        seenSource = other.destinationEndpoint
        realDestination = other.sourceEndpoint
        ingress = came.interface
        egress = other.interface
        transport = came.transport
        policy = flow.sipPolicy
        self.flow = id
    }

    var carrier: SIPEditor.Carrier { transport == .udp ? .datagram : .stream }
}

/// A message that was looked at and may pass, while nothing has followed from it yet.
struct PendingSIPMessage {
    let message: SIPMessage
    let facts: SIPFacts
    let summary: SIPMessageSummary
    let passage: SIPPassage
    /// Where it stands in its packet.
    let range: Range<Int>
}
