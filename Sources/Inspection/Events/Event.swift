import Wire

/// A fact that the engine reports. Log lines, tables, JSON and test files are renderings of these.
public struct Event: Sendable {
    // Indirect: what is large and told of a message, not of a packet. Every event has room for the largest of the others.
    public enum Kind: Sendable {
        /// ASA 302013 (TCP), 302015 (UDP), 302020 (ICMP).
        case flowBuilt(FlowSummary)
        /// ASA 302014, 302016, 302021.
        case flowEnded(FlowSummary, FlowEnd)
        /// ASA 106023: an access list, or the security levels (no entry), refused a flow.
        case accessDenied(FlowKey, AccessEntryIndex?)
        /// ASA 106100: an entry with `log` let a flow in.
        case accessPermitted(FlowKey, AccessEntryIndex)
        case tftpRequested(TFTPTransfer)
        case tftpFinished(TFTPTransfer)
        case pinholeOpened(PinholeSummary)
        case pinholeUsed(PinholeSummary)
        case pinholeClosed(PinholeSummary, PinholeEnd)
        /// `debug phone-proxy tftp`.
        case phoneProxy(PhoneProxyEvent)
        /// ASA 337006: the file could not be signed.
        case phoneFileNotSigned(PhoneFileRequest)
        /// ASA 337007: the server has no such configuration file.
        case phoneFileNotFound(PhoneFileRequest)
        /// ASA 337009: the device has its entry already, at this address.
        case securePhoneRefused(mac: MACAddress, interface: InterfaceIndex, address: IPAddress)
        /// ASA 607004: the message names another device than the certificate did.
        indirect case securePhoneMismatch(SIPMessageSummary, mac: MACAddress)
        /// ASA 446001.
        case streamLimit(maximum: Int)
        /// ASA 337008. The media-termination address is `nil` where there is none on that side.
        case mediaPortsExhausted(IPAddress?, client: Endpoint, interface: InterfaceIndex)
        /// `debug phone-proxy signaling`.
        indirect case signalling(SignallingEvent)
        /// `debug phone-proxy media`.
        indirect case media(MediaEvent)
        /// `debug sip`; some of them are ASA 607002 and 607003.
        indirect case sip(SIPEvent)
        /// `debug skinny`; some of them are ASA 608001 to 608005.
        indirect case skinny(SkinnyEvent)
        /// ASA 431001, 431002.
        indirect case mediaRefused(MediaRefusal)
    }

    public var time: Timestamp
    public var kind: Kind
}

public enum PinholeEnd: String, Sendable {
    /// The transfer or the call it was for is under way or over.
    case done
    /// Nobody came.
    case expired
}
