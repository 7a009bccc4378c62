import Wire

/// Where a SIP message came from and where it was for, with what it is: all that a log line says of it.
public struct SIPMessageSummary: Hashable, Sendable {
    /// `INVITE`, or `200 OK`'s `200`.
    public var name: String
    public var isRequest: Bool
    public var source: Endpoint
    public var sourceInterface: InterfaceIndex
    public var destination: Endpoint
    public var destinationInterface: InterfaceIndex
    /// `nil` where it has none, or none that can be read.
    public var callID: String?

    public init(
        name: String, isRequest: Bool, source: Endpoint, sourceInterface: InterfaceIndex, destination: Endpoint,
        destinationInterface: InterfaceIndex, callID: String?
    ) {
        self.name = name
        self.isRequest = isRequest
        self.source = source
        self.sourceInterface = sourceInterface
        self.destination = destination
        self.destinationInterface = destinationInterface
        self.callID = callID
    }
}

/// A fact about SIP: what `debug sip` tells, and what an inspection map has done (607002, 607003).
public enum SIPEvent: Hashable, Sendable {
    case passed(SIPMessageSummary)
    /// Not passed on, in words: what could not be read and where, or what there is no room for.
    case dropped(SIPMessageSummary, String)
    /// Answered by the box itself.
    case answered(SIPMessageSummary, status: UInt16)
    /// ASA 607002: an inspection map did something about it. `what`: `Dropped`, `Dropped connection for`,
    /// `Reset connection for`, `Masked header flags for`; `why`: `strict-header-validation: Mandatory header field Via is
    /// missing`.
    case acted(SIPMessageSummary, what: String, why: String)
    /// ASA 607003: an inspection map only wants it told.
    case noted(SIPMessageSummary, why: String)
    case callBegan(CallSummary)
    case callAnswered(CallSummary)
    case callEnded(CallSummary, CallEnd)
}

/// Why a call is over.
public enum CallEnd: String, Hashable, Sendable {
    case bye = "BYE"
    case cancelled = "CANCEL"
    /// The invitation was refused.
    case refused
    /// Nothing was heard of it for so long that it can not be going on.
    case timeout
    case cleared
    /// Skinny: the server has told the phone to be on hook.
    case onHook = "on hook"
    /// Skinny: the phone is not registered any more.
    case unregistered
    /// Skinny: the phone's connection is over.
    case disconnected
    /// No port, or no room.
    case failed
}

extension SIPEvent {
    /// A line of `debug sip`; `name` gives an interface's `nameif`.
    public func text(_ name: (InterfaceIndex) -> String) -> String { "SIP: " + body(name) }

    private func body(_ name: (InterfaceIndex) -> String) -> String {
        switch self {
        case .passed(let message): message.text(name)
        case .dropped(let message, let why): "dropped \(message.text(name)): \(why)"
        case .answered(let message, let status): "answered \(message.text(name)) with \(status)"
        case .acted(let message, let what, let why): "\(what) \(message.text(name)); \(why)"
        case .noted(let message, let why): "Received \(message.text(name)); \(why)"
        case .callBegan(let call): "call \(call.callID) from \(call.from) to \(call.to) begins"
        case .callAnswered(let call): "call \(call.callID) is answered"
        case .callEnded(let call, let end): "call \(call.callID) ends: \(end.rawValue)"
        }
    }
}

extension SIPMessageSummary {
    /// `SIP request INVITE from outside:98.208.49.30/49152 to inside:192.0.2.101/5060`, the words of 607002.
    public func text(_ name: (InterfaceIndex) -> String) -> String {
        "SIP \(isRequest ? "request" : "response") \(self.name) from \(name(sourceInterface)):\(source.slashed) to "
            + "\(name(destinationInterface)):\(destination.slashed)"
    }
}
