import ConfigLanguage
import Wire

/// A stream as events and `show phone-proxy signaling-sessions` tell it.
public struct StreamSummary: Hashable, Sendable {
    public enum Stage: String, Hashable, Sendable {
        case handshake, connecting, open
    }

    public var id: StreamID
    public var phone: Endpoint
    public var interface: InterfaceIndex
    /// What the phone connected to.
    public var mapped: Endpoint
    public var server: Endpoint
    public var serverInterface: InterfaceIndex
    /// The box's end of the connection to the server.
    public var local: Endpoint?
    public var signalling: InspectionProtocol
    /// In the clear on both sides, without a phone proxy.
    public var isPlain: Bool
    public var classMap: String
    public var stage: Stage
    public var device: DeviceName?
    public var phoneCipher: StreamCipher?
    public var serverCipher: StreamCipher?
    public var started: Timestamp
    public var lastSeen: Timestamp
    public var bytesFromPhone: UInt64
    public var bytesFromServer: UInt64
    /// Addresses of record that the phone has registered over it.
    public var registrations: Int
    public var calls: Int
}

/// A fact about phones' signalling connections: what `debug phone-proxy signaling` tells, and of those without a phone proxy
/// `debug skinny`.
public enum SignallingEvent: Hashable, Sendable {
    case accepted(StreamSummary)
    /// With what was asked for in the clear; `nil`: a secure service, or nothing that there is.
    case refused(Endpoint, InterfaceIndex, StreamRefusal, plain: InspectionProtocol?)
    case secured(StreamSummary)
    case connected(StreamSummary, local: Endpoint)
    case connectFailed(StreamSummary, String)
    case closed(StreamSummary, StreamRefusal)
    case registered(RegistrationSummary)
    case refreshed(RegistrationSummary)
    case unregistered(RegistrationSummary)
    case registrationExpired(RegistrationSummary)
    /// The call server did not let the phone register.
    case registrationRefused(StreamSummary, status: UInt16)
    /// The same in Skinny, with the server's words.
    case registrationRejected(StreamSummary, String)

    public var isError: Bool {
        switch self {
        case .refused, .connectFailed: true
        case .closed(_, let reason): reason == .malformed || reason == .overflow || reason == .policy
        default: false
        }
    }
}

/// One address of record that a phone has registered.
public struct RegistrationSummary: Hashable, Sendable {
    /// `user@host`, as the server knows it.
    public var addressOfRecord: String
    public var device: DeviceName?
    public var phone: Endpoint
    public var interface: InterfaceIndex
    public var server: Endpoint
    public var expires: Timestamp
    public var stream: StreamID
    /// What it is for without a phone proxy; `nil`: with one.
    public var plain: InspectionProtocol?
}

extension SignallingEvent {
    /// What is spoken over a connection without a phone proxy; `nil`: it is one of a phone proxy's.
    public var plain: InspectionProtocol? {
        switch self {
        case .accepted(let stream), .secured(let stream), .connected(let stream, _), .connectFailed(let stream, _),
            .closed(let stream, _), .registrationRefused(let stream, _), .registrationRejected(let stream, _):
            stream.isPlain ? stream.signalling : nil
        case .refused(_, _, _, let plain): plain
        case .registered(let registration), .refreshed(let registration), .unregistered(let registration),
            .registrationExpired(let registration):
            registration.plain
        }
    }

    /// A line of `debug phone-proxy signaling` or `debug skinny`; `name` gives an interface's `nameif`.
    public func text(_ name: (InterfaceIndex) -> String) -> String {
        (plain.map { $0.rawValue.uppercased() } ?? "PP") + ": " + body(name)
    }

    private func body(_ name: (InterfaceIndex) -> String) -> String {
        switch self {
        case .accepted(let stream): "Signalling session \(stream.text(name)) accepted"
        case .refused(let phone, let interface, let reason, _):
            "Signalling session of \(name(interface)):\(phone.slashed) refused: \(reason.rawValue)"
        case .secured(let stream):
            "Signalling session \(stream.text(name)) secured, device \(stream.device.map { "\($0)" } ?? "unknown")"
        case .connected(let stream, let local):
            "Signalling session \(stream.text(name)) connected from \(local.slashed)"
        case .connectFailed(let stream, let reason):
            "Signalling session \(stream.text(name)) has no connection to its server: \(reason)"
        case .closed(let stream, let reason): "Signalling session \(stream.text(name)) closed: \(reason.rawValue)"
        case .registered(let registration): registration.text(name) + " registered"
        case .refreshed(let registration): registration.text(name) + " refreshed"
        case .unregistered(let registration): registration.text(name) + " unregistered"
        case .registrationExpired(let registration): registration.text(name) + " expired"
        case .registrationRefused(let stream, let status):
            "Registration over \(stream.text(name)) refused with \(status)"
        case .registrationRejected(let stream, let why): "Registration over \(stream.text(name)) refused: \(why)"
        }
    }
}

extension StreamSummary {
    /// `outside:98.208.49.30/49152 to inside:192.0.2.101/5060`.
    public func text(_ name: (InterfaceIndex) -> String) -> String {
        "\(name(interface)):\(phone.slashed) to \(name(serverInterface)):\(server.slashed)"
    }
}

extension RegistrationSummary {
    func text(_ name: (InterfaceIndex) -> String) -> String {
        "\(addressOfRecord) at \(name(interface)):\(phone.slashed)"
    }
}
