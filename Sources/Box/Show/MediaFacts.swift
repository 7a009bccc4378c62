import MediaTermination

/// What the media hand has counted, for `show asp drop` and `show media-termination`.
struct MediaFacts: Sendable {
    /// By the ASA's names, those that happened.
    var drops: [(name: String, text: String, count: UInt64)] = []
    var counters = MediaRelayCounters()

    init() {}

    init(_ counters: MediaRelayCounters) {
        self.counters = counters
        drops = counters.drops.nonzero.map { ($0.reason.name, $0.reason.text, $0.count) }
    }
}

/// Asks the hands themselves, beside the packet thread.
struct HandFacts: Sendable {
    private let media: MediaDesk?

    init(_ media: MediaDesk? = nil) { self.media = media }

    func mediaFacts() -> MediaFacts { media.map { MediaFacts($0.counters()) } ?? MediaFacts() }

    /// The figures of all media sessions, by number.
    func mediaFigures() -> [UInt64: MediaSessionStatistics] {
        Dictionary((media?.figures() ?? []).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }
}
