import SystemCalls
import Wire

/// Why a relay does not start, or does not take a plan.
public enum MediaRelayError: Error, Hashable, Sendable {
    case system(SystemError)
    /// Not 1, 2, 4 … 64.
    case workerCount(Int)
    /// Neither IPv4 nor IPv6 of a host, or twice on one device.
    case address(MediaAddress)
    /// A leg's device and address are none of the relay's.
    case unknownAddress(MediaAddress)
    /// An RTP port that is odd or 0.
    case port(UInt16)
    /// The legs' ports are not of one ``MediaRelay/portClass(_:)``.
    case portClasses(UInt16, UInt16)
    /// Another session, or the other leg, has it.
    case portInUse(Endpoint)
    /// A peer's address is of another family than the box's on that leg.
    case peerFamily(Endpoint)
    /// ``MediaContent/datagrams`` between legs that are not both plain.
    case protectedDatagrams
    case alreadyOpen(UInt64)
    case notOpen(UInt64)
    /// An update may not change a leg's device and local address and port.
    case legMoved(UInt64)
    /// ``MediaRelaySettings/sessionLimit`` is reached.
    case tooManySessions
    case stopped
}

extension MediaRelayError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .system(let error): error.description
        case .workerCount(let count): "\(count) media workers: must be 1, 2, 4, 8, 16, 32 or 64"
        case .address(let address): "\(address.address) on \(address.device) can not be a media termination address"
        case .unknownAddress(let address): "\(address.address) is no media termination address of \(address.device)"
        case .port(let port): "\(port) is no port for RTP: it must be even"
        case .portClasses(let a, let b): "ports \(a) and \(b) of one session are of different classes"
        case .portInUse(let endpoint): "\(endpoint) is in use by another media leg"
        case .peerFamily(let endpoint): "\(endpoint) is of another address family than the leg"
        case .protectedDatagrams: "only RTP can be protected"
        case .alreadyOpen(let id): "media session \(id) is open"
        case .notOpen(let id): "media session \(id) is not open"
        case .legMoved(let id): "media session \(id) can not change its own ports"
        case .tooManySessions: "the limit of media sessions is reached"
        case .stopped: "the media relay has stopped"
        }
    }
}
