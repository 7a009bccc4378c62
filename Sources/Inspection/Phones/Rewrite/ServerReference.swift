import Wire

/// A server that a phone's file sends it to.
struct ServerReference: Sendable {
    enum Host: Hashable, Sendable, CustomStringConvertible {
        case address(IPAddress)
        case name(String)

        var description: String {
            switch self {
            case .address(let address): "\(address)"
            case .name(let name): name
            }
        }
    }

    /// A port of it that stands in the file, or could.
    struct Port: Sendable {
        enum Place: Hashable, Sendable {
            case element(Int)
            /// It would belong in there.
            case missing(from: Int)
            /// Not even what it would belong in is there, but that would belong in there.
            case missingWithContainer(String, from: Int)
            /// The file has no element for it.
            case none
        }

        var name: String
        var place: Place
        var order: [String] = []
        var value: UInt16
        /// What a secure phone adds to it: Skinny over TLS has no port of its own in the file.
        var offset: UInt16 = 0
    }

    var role: PhoneFileChange.Server
    /// The one with the address or name.
    var element: Int
    var host: Host
    /// What may repeat the address: `callManager/name`, where it is no label.
    var copies: [(element: Int, address: IPAddress)] = []
    /// The one that the phone will connect to is first.
    var ports: [Port]
    var transport = IPProtocol.tcp
    /// Whether the phone can not do without. Another's name is only replaced when it happens to be known.
    var isRequired: Bool
}
