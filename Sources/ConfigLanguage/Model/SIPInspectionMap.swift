/// `policy-map type inspect sip NAME` (cisco-facts 8.2): what is demanded of SIP, and what becomes of what falls short.
public struct SIPInspectionMap: Hashable, Sendable {
    /// What becomes of a message that fails a check.
    public struct Reaction: Hashable, Sendable {
        public enum Action: String, Hashable, Sendable, CaseIterable {
            case drop
            case dropConnection = "drop-connection"
            case reset
            case mask
            case log
        }

        public var action: Action
        /// `… log`: besides.
        public var logs: Bool

        public init(_ action: Action, logs: Bool = false) {
            self.action = action
            self.logs = logs
        }
    }

    /// `rtp-conformance`: packets through a pinhole must be RTP or RTCP.
    public struct RTPConformance: Hashable, Sendable {
        /// `enforce-payloadtype`: of the media type that was signalled.
        public var enforcesPayloadType: Bool

        public init(enforcesPayloadType: Bool = false) { self.enforcesPayloadType = enforcesPayloadType }
    }

    public var name: String
    /// `im`: MESSAGE requests, and subscriptions to presence, pass.
    public var permitsInstantMessages = true
    /// `ip-address-privacy`: servers' and endpoints' addresses are hidden.
    public var hidesAddresses = false
    /// `max-forwards-validation`: Max-Forwards of 0 is not passed on.
    public var maxForwardsValidation: Reaction?
    public var rtpConformance: RTPConformance?
    /// `software-version`: Server and User-Agent.
    public var softwareVersion: Reaction?
    /// `state-checking`: what the dialog's state does not permit.
    public var stateChecking: Reaction?
    /// `strict-header-validation`: RFC 3261's rules for header fields.
    public var strictHeaderValidation: Reaction?
    /// `traffic-non-sip`: what is not SIP passes on SIP's port.
    public var permitsNonSIP = true
    /// `uri-non-sip`: other schemes in Alert-Info and Call-Info.
    public var nonSIPURIs: Reaction?
    /// In order: the first that a message fits decides.
    public var rules: [Rule] = []

    public init(name: String) { self.name = name }
}

extension SIPInspectionMap {
    /// `match …` or `class …` with what stands under it.
    public struct Rule: Hashable, Sendable {
        /// The class-map's name, for log messages; `nil` for a `match` of the map's own.
        public var classMap: String?
        public var matches: [Match]
        /// All of them must fit, or any one.
        public var matchesAll: Bool
        public var action: RuleAction?
        /// `log`.
        public var logs: Bool

        public init(
            classMap: String? = nil, matches: [Match], matchesAll: Bool = true, action: RuleAction? = nil,
            logs: Bool = false
        ) {
            self.classMap = classMap
            self.matches = matches
            self.matchesAll = matchesAll
            self.action = action
            self.logs = logs
        }
    }

    /// `class-map type inspect sip NAME`.
    public struct ClassMap: Hashable, Sendable {
        public var name: String
        public var matches: [Match]
        public var matchesAll: Bool

        public init(name: String, matches: [Match] = [], matchesAll: Bool = true) {
            self.name = name
            self.matches = matches
            self.matchesAll = matchesAll
        }
    }

    /// What is done to a message that a rule fits.
    public enum RuleAction: Hashable, Sendable {
        /// `sendsError`: the sender is told, with a SIP response.
        case drop(sendsError: Bool)
        case dropConnection(sendsError: Bool)
        case reset
        case mask
        /// Messages a second.
        case rateLimit(Int)
    }

    /// One `match`.
    public struct Match: Hashable, Sendable {
        public var criterion: Criterion
        /// `match not`.
        public var isInverted: Bool

        public init(_ criterion: Criterion, isInverted: Bool = false) {
            self.criterion = criterion
            self.isInverted = isInverted
        }
    }

    public enum Criterion: Hashable, Sendable {
        /// To.
        case calledParty(TextPattern)
        /// From.
        case callingParty(TextPattern)
        /// Content-Length, in bytes.
        case contentLength(over: Int)
        /// Content-Type: application/sdp.
        case contentTypeSDP
        case contentType(TextPattern)
        /// Who subscribes to presence.
        case instantMessageSubscriber(TextPattern)
        /// Any Via.
        case messagePath(TextPattern)
        case requestMethod(Method)
        /// A REGISTER whose From is not its To: who registers for another.
        case thirdPartyRegistration(TextPattern)
        /// A URI longer than so many bytes.
        case uriLength(Scheme, over: Int)
    }

    public enum Method: String, Hashable, Sendable, CaseIterable {
        case ack, bye, cancel, info, invite, message, notify, options, prack, refer, register, subscribe, update
        /// Any other.
        case unknown
    }

    public enum Scheme: String, Hashable, Sendable, CaseIterable {
        case sip, tel
    }

    /// `regex NAME`, or `regex class NAME`: text fits when one of the expressions is found in it.
    public struct TextPattern: Hashable, Sendable {
        public var name: String
        /// `regex class`.
        public var isClass: Bool
        public var expressions: [RegularExpression]

        public init(name: String, isClass: Bool = false, expressions: [RegularExpression]) {
            self.name = name
            self.isClass = isClass
            self.expressions = expressions
        }

        public func isFound(in text: Span<UInt8>) -> Bool {
            for expression in expressions where expression.isFound(in: text) { return true }
            return false
        }
    }
}
