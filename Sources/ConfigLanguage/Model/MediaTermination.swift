import Wire

/// `media-termination NAME` (cisco-facts 3.5): the addresses and ports at which media ends in the box.
public struct MediaTerminationDefinition: Hashable, Sendable {
    /// `address ADDRESS [interface NAME]`.
    public struct Address: Hashable, Sendable {
        public var address: IPAddress
        /// `nameif`; `nil`: one address for all interfaces.
        public var interface: String?

        public init(address: IPAddress, interface: String? = nil) {
            self.address = address
            self.interface = interface
        }
    }

    /// What the ASA takes when `rtp-min-port` is not given.
    public static let defaultPorts: ClosedRange<UInt16> = 16384...32767

    /// Empty in the form of ASA 8.0, which stands under `phone-proxy` and has no name.
    public var name: String
    /// One for all interfaces, or one for each of several.
    public var addresses: [Address] = []
    /// `rtp-min-port LOWEST rtp-max-port HIGHEST`: UDP ports for RTP and RTCP.
    public var ports = defaultPorts

    public init(name: String) { self.name = name }

    /// Where media of hosts behind an interface ends; `nil`: nowhere.
    public func address(on interface: String) -> IPAddress? {
        addresses.first { $0.interface == nil || $0.interface == interface }?.address
    }
}

extension Configuration {
    /// The media termination that the phone proxy in force uses, in whichever form it is written.
    public var mediaTerminationInForce: MediaTerminationDefinition? {
        guard let phoneProxy = phoneProxyInForce else { return nil }
        if let name = phoneProxy.mediaTermination { return mediaTermination?.name == name ? mediaTermination : nil }
        guard !phoneProxy.mediaTerminationAddresses.isEmpty else { return nil }
        var older = MediaTerminationDefinition(name: "")
        older.addresses = phoneProxy.mediaTerminationAddresses
        older.ports = phoneProxy.rtpPorts ?? MediaTerminationDefinition.defaultPorts
        return older
    }
}
