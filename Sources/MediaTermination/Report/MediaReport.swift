import Wire

/// A rare fact about media that the brain should know.
public struct MediaReport: Sendable, Equatable {
    public enum Fact: Sendable, Equatable {
        /// The party's first accepted packet came from here.
        case peerLearned(MediaSide, MediaChannel, Endpoint)
        /// An authenticated packet came from elsewhere than before.
        case peerMoved(MediaSide, MediaChannel, from: Endpoint, to: Endpoint)
        /// The first packet of the leg that authenticated under the present key.
        case secured(MediaSide)
        /// Packets that failed on the leg, at most once a second: how many since the last report, the last one's reason and
        /// where it came from (for 337001 to 337004).
        case failed(MediaSide, MediaDropReason, from: Endpoint, count: UInt64)
        /// Packets to a port without a session, at most once a second for each worker: how many since the last report,
        /// and the last one (for 337005).
        case noSession(MediaAddress, port: UInt16, from: Endpoint, count: UInt64)
        /// A key of the leg could not be set up; its packets are dropped.
        case setupFailed(MediaSide)
        /// No packet for so long.
        case timedOut(seconds: UInt32)
        /// The session is closed; its last statistics.
        case closed(MediaSessionStatistics)
    }

    /// `nil` for what belongs to none.
    public var session: UInt64?
    public var fact: Fact

    public init(_ session: UInt64?, _ fact: Fact) {
        self.session = session
        self.fact = fact
    }
}
