/// `policy-map type inspect skinny NAME` (cisco-facts 8.4): what is demanded of Skinny, and what becomes of what falls
/// short.
public struct SkinnyInspectionMap: Hashable, Sendable {
    /// What is done to a message that a rule fits.
    public enum Action: Hashable, Sendable {
        case drop
        case dropConnection
        /// What has matched is a message's number, of which nothing can be masked: it passes [GUESS].
        case mask
        case reset
        /// Messages a second.
        case rateLimit(Int)
    }

    /// `match [not] message-id {VALUE | range LOW HIGH}`.
    public struct Match: Hashable, Sendable {
        public var messages: ClosedRange<Int>
        /// `match not`.
        public var isInverted: Bool

        public init(messages: ClosedRange<Int>, isInverted: Bool = false) {
            self.messages = messages
            self.isInverted = isInverted
        }

        public func fits(_ message: UInt32) -> Bool { messages.contains(Int(message)) != isInverted }
    }

    /// `class-map type inspect skinny NAME`.
    public struct ClassMap: Hashable, Sendable {
        public var name: String
        public var matches: [Match]
        /// `match-all`, the default; otherwise, `match-any`, one is enough.
        public var matchesAll: Bool

        public init(name: String, matches: [Match] = [], matchesAll: Bool = true) {
            self.name = name
            self.matches = matches
            self.matchesAll = matchesAll
        }
    }

    /// One match, or what a class-map has, with what stands under it.
    public struct Rule: Hashable, Sendable {
        /// `class NAME`.
        public var classMap: String?
        public var matches: [Match]
        public var matchesAll: Bool
        public var action: Action?
        /// `log`.
        public var logs = false

        public init(_ match: Match, action: Action? = nil, logs: Bool = false) {
            matches = [match]
            matchesAll = true
            self.action = action
            self.logs = logs
        }

        public init(_ classMap: ClassMap, action: Action? = nil, logs: Bool = false) {
            self.classMap = classMap.name
            matches = classMap.matches
            matchesAll = classMap.matchesAll
            self.action = action
            self.logs = logs
        }

        public init(messages: ClosedRange<Int>, isInverted: Bool = false, action: Action? = nil, logs: Bool = false) {
            self.init(Match(messages: messages, isInverted: isInverted), action: action, logs: logs)
        }

        /// A class-map that matches nothing yet fits nothing.
        public func fits(_ message: UInt32) -> Bool {
            if matches.isEmpty { return false }
            return matchesAll ? matches.allSatisfy { $0.fits(message) } : matches.contains { $0.fits(message) }
        }
    }

    public static let defaultMessageLimit = 0x181

    public var name: String
    /// `enforce-registration`: nothing but what leads to it, before a phone is registered.
    public var requiresRegistration = false
    /// `message-id max`; `nil`: the default, which lets the few messages pass that are known above it.
    public var messageLimit: Int?
    /// `rtp-conformance`.
    public var rtpConformance: SIPInspectionMap.RTPConformance?
    /// `sccp-prefix-len min` and `max`, of the length in a message's header.
    public var shortestLength = 4
    public var longestLength: Int?
    /// `timeout media` and `timeout signaling`, in seconds.
    public var mediaTimeout = 300
    public var signallingTimeout = 3600
    /// `protocol-version max`, of this box's own: the highest version that phones may offer; `nil`: whatever they do.
    public var versionLimit: Int?
    /// In order: the first that a message fits decides.
    public var rules: [Rule] = []

    public init(name: String) { self.name = name }
}
