import Inspection
import Wire

/// Phones' signalling and media: 337008, 446001, 607002 to 607004, and what `debug` tells.
extension SyslogText {
    /// A line of `debug phone-proxy signaling`, `debug phone-proxy media` and `debug sip`.
    func text(_ fact: SignallingEvent) -> String { fact.text { names[$0] } }
    func text(_ fact: MediaEvent) -> String { fact.text { names[$0] } }
    func text(_ fact: SIPEvent) -> String { fact.text { names[$0] } }

    func message(_ fact: SignallingEvent) -> Message {
        fact.isError ? own(4, "PHONE-PROXY", text(fact)) : Self.debugTrace(text(fact))
    }

    func message(_ fact: MediaEvent) -> Message {
        fact.isError ? own(4, "PHONE-PROXY", text(fact)) : Self.debugTrace(text(fact))
    }

    func message(_ fact: SIPEvent) -> Message {
        switch fact {
        case .acted(let message, let what, let why):
            asa(4, 607002, "SIP Classification: \(what) \(message.text { names[$0] }); \(why)")
        case .noted(let message, let why):
            asa(6, 607003, "SIP Classification: Received \(message.text { names[$0] }); \(why)")
        case .dropped: own(4, "SIP", text(fact))
        case .passed, .answered, .callBegan, .callAnswered, .callEnded: Self.debugTrace(text(fact))
        }
    }

    func mismatch(_ message: SIPMessageSummary, _ mac: MACAddress) -> Message {
        let ends =
            "\(names[message.sourceInterface]):\(message.source.slashed) to "
            + "\(names[message.destinationInterface]):\(message.destination.slashed)"
        return asa(
            4, 607004,
            "Phone Proxy: Dropping SIP message from \(ends) with source MAC \(mac) due to secure phone database mismatch"
        )
    }

    func noMediaPort(_ address: IPAddress?, _ client: Endpoint, _ interface: InterfaceIndex) -> Message {
        asa(
            3, 337008,
            "Phone Proxy: Unable to allocate media port from media-termination address "
                + "\(address.map { "\($0)" } ?? "unassigned") for \(names[interface]):\(client.slashed); call failed.")
    }
}
