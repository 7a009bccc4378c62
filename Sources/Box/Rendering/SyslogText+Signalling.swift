import Inspection
import Wire

/// Signalling and media: 337008, 431001, 431002, 446001, 607001 to 607004, and what `debug` tells.
extension SyslogText {
    /// A line of `debug phone-proxy signaling`, `debug phone-proxy media` and `debug sip`.
    func text(_ fact: SignallingEvent) -> String { fact.text { names[$0] } }
    func text(_ fact: MediaEvent) -> String { fact.text { names[$0] } }
    func text(_ fact: SIPEvent) -> String { fact.text { names[$0] } }

    func message(_ fact: SignallingEvent) -> Message {
        let topic = fact.plain.map { $0.rawValue.uppercased() } ?? "PHONE-PROXY"
        return fact.isError ? own(4, topic, text(fact)) : Self.debugTrace(text(fact))
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

    /// 607001 and 608001, before the message goes on.
    func allocated(_ pinhole: PinholeSummary) -> Message {
        asa(
            6, pinhole.isSkinny ? 608001 : 607001,
            "Pre-allocate \(Self.word(pinhole)) secondary channel for \(names[pinhole.interface]):\(pinhole.source) to "
                + "\(names[pinhole.destinationInterface]):\(pinhole.realDestination.slashed) from "
                + "\(pinhole.message ?? "unknown") message")
    }

    /// What a pinhole is for, as 607001 and 608001 call it.
    static func word(_ pinhole: PinholeSummary) -> String {
        let transport = pinhole.transport == .udp ? "UDP" : "TCP"
        return switch pinhole.purpose {
        case .tftp: "TFTP"
        case .rtp: pinhole.isSkinny ? "Skinny RTP" : "SIP RTP"
        case .rtcp: pinhole.isSkinny ? "Skinny RTCP" : "SIP RTCP"
        case .signalling: "SIP SIGNALLING \(transport)"
        case .subscribe: "SIP SUBSCRIBE \(transport)"
        case .via: "SIP Via \(transport)"
        case .route: "SIP Route"
        }
    }

    /// 431001, 431002.
    func message(_ refusal: MediaRefusal) -> Message {
        let kind = refusal.isControl ? "RTCP" : "RTP"
        return asa(
            4, refusal.isControl ? 431002 : 431001,
            "\(kind) conformance: Dropping \(kind) packet from "
                + "\(names[refusal.sourceInterface]):\(refusal.source.slashed) to "
                + "\(names[refusal.destinationInterface]):\(refusal.destination.slashed), Drop reason: "
                + refusal.reason.text)
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
