import Inspection
import Wire

/// A flow as the ASA tells it: the less trusted side first, whoever opened it, each with its real address and the one
/// it is seen under.
struct FlowSides {
    struct Side {
        var interface: String
        var real: Endpoint
        var mapped: Endpoint
    }

    var foreign: Side
    var local: Side
    /// Opened from the foreign side.
    var isInbound: Bool

    init(_ flow: FlowSummary, _ names: InterfaceNames) {
        let initiator = Side(
            interface: names[flow.initiator.interface], real: flow.initiator.sourceEndpoint,
            mapped: flow.responder.destinationEndpoint)
        let responder = Side(
            interface: names[flow.responder.interface], real: flow.responder.sourceEndpoint,
            mapped: flow.initiator.destinationEndpoint)
        isInbound =
            names.securityLevel(flow.initiator.interface) <= names.securityLevel(flow.responder.interface)
        foreign = isInbound ? initiator : responder
        local = isInbound ? responder : initiator
    }
}
