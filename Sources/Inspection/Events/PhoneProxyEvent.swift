import Wire

/// Whose request for a file it is, of whom, and on which sides of the box they are.
public struct PhoneFileRequest: Hashable, Sendable {
    /// As seen on its own side.
    public var client: Endpoint
    public var clientInterface: InterfaceIndex
    /// What the client asked: the mapped address.
    public var server: Endpoint
    public var realServer: Endpoint
    public var serverInterface: InterfaceIndex
    /// As the client asked for it.
    public var file: String
}

/// A fact about the files that phones ask for: what `debug phone-proxy tftp` tells (cisco-facts 5.2).
public enum PhoneProxyEvent: Hashable, Sendable {
    /// `debug phone-proxy tftp events`, or `… errors`.
    public enum Severity: Sendable {
        case event, error
    }

    /// How the ASA's messages call a file.
    public enum FileKind: String, Hashable, Sendable {
        case ctl = "CTL file"
        case configuration = "Config file"
        case other = "file"
    }

    // A request, as it comes in.
    case requesting(PhoneFileRequest)
    /// `session` is the handle that stands in this session's messages.
    case opened(session: UInt32)
    case retransmittingRequest(PhoneFileRequest, FileKind)
    case createdSecurePhone(DeviceName)

    // The transfer to the phone.
    case forwardedData(block: UInt16, from: Endpoint, to: Endpoint, ingress: InterfaceIndex)
    case receivedAcknowledgment(block: UInt16, PhoneFileRequest)
    case sentAll(session: UInt32)

    // The configuration file.
    case modified(PhoneFileChange)
    /// Host names in the file have to be looked up.
    case callbackRequired
    case noResponse(lookup: UInt64)
    case callbackFailed
    /// In the parser's own words.
    case unreadable(String)
    case parsingFailed
    case modifyingFailed

    // Refusals.
    case unsignedRequest(PhoneFileRequest)
    case writeRefused(PhoneFileRequest)
    /// There is no trust list to give.
    case noTrustList(PhoneFileRequest)
    /// A file that only the box may give, and that it has not got.
    case notServed(PhoneFileRequest)
    case sessionLimit(PhoneFileRequest)
    /// What the phone was told instead of its file: the server's own error, or why there is none.
    case failed(PhoneFileRequest, code: UInt16, String)
    case serverSilent(PhoneFileRequest)
    case clientSilent(PhoneFileRequest)
    /// The phone gave up, in its own words.
    case clientError(PhoneFileRequest, code: UInt16, String)
    case signingFailed(PhoneFileRequest, String)

    public var severity: Severity {
        switch self {
        case .requesting, .opened, .retransmittingRequest, .createdSecurePhone, .forwardedData,
            .receivedAcknowledgment, .sentAll, .modified, .callbackRequired:
            .event
        case .noResponse, .callbackFailed, .unreadable, .parsingFailed, .modifyingFailed, .unsignedRequest,
            .writeRefused, .noTrustList, .notServed, .sessionLimit, .failed, .serverSilent, .clientSilent, .clientError,
            .signingFailed:
            .error
        }
    }
}

/// What the phone proxy has done about files since the start, or since the counters were cleared.
public struct PhoneProxyCounters: Hashable, Sendable {
    /// Requests, repeated ones included.
    public var requests: UInt64 = 0
    public var retransmittedRequests: UInt64 = 0
    /// Requests that went on to the server.
    public var passed: UInt64 = 0
    /// Files that phones have acknowledged whole.
    public var trustListsServed: UInt64 = 0
    public var configurationsServed: UInt64 = 0
    public var otherFilesServed: UInt64 = 0

    public var unsignedRequests: UInt64 = 0
    public var writeRequests: UInt64 = 0
    public var noTrustList: UInt64 = 0
    public var notServed: UInt64 = 0
    public var overLimit: UInt64 = 0

    public var filesFetched: UInt64 = 0
    /// The server refused a file, or had none.
    public var serverErrors: UInt64 = 0
    public var serverSilent: UInt64 = 0
    public var parsingErrors: UInt64 = 0
    public var lookupFailures: UInt64 = 0
    public var signingFailures: UInt64 = 0
    public var clientSilent: UInt64 = 0
    public var clientErrors: UInt64 = 0

    /// Signatures asked for, and files that had one already.
    public var signatures: UInt64 = 0
    public var cacheHits: UInt64 = 0
    /// Outcomes of errands that nobody waited for any more, or that were none.
    public var lateOutcomes: UInt64 = 0
    public var securePhonesRefused: UInt64 = 0

    public init() {}
}
