import ConfigLanguage
import Wire

/// What a phone's signalling connection is to: a secure service of the phone proxy, or a server that is spoken to in the
/// clear on both sides.
struct SignallingService {
    var signalling: InspectionProtocol
    /// Where the phones are.
    var interface: InterfaceIndex
    /// What they connect to.
    var mapped: Endpoint
    /// Where the call server really is, in the clear and by TLS.
    var clear: Endpoint
    var secure: Endpoint
    /// The box speaks TLS to it.
    var isServerSecure = false
    var serverInterface: InterfaceIndex
    /// The inspection map that applies, or its defaults; of the two, that of the protocol counts.
    var policy: SIPInspectionMap
    var skinnyPolicy: SkinnyInspectionMap
    var classMap: String
    /// Without a phone proxy: the phone comes in the clear, the server sees it at this address, and media passes from end to
    /// end.
    var plainSource: IPAddress?

    var isPlain: Bool { plainSource != nil }

    /// What the box connects to.
    var server: Endpoint { isServerSecure ? secure : clear }
}
