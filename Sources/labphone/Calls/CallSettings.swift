/// What calls are like.
struct CallSettings {
    enum Media: String, CaseIterable, Sendable {
        /// Nothing but signalling.
        case none
        /// The tone, from both sides.
        case tone
        /// Who is called sends back what it hears.
        case echo
    }

    var media = Media.echo
    /// Instead of that, what goes out is what is handed to the stream.
    var isRelaying = false
    /// `nil`: plain RTP.
    var suites: [SDESSuite]?
    /// Seconds that the caller talks.
    var seconds = 5.0
    /// Seconds in the middle of it that the caller keeps the call on hold; 0: not at all.
    var holdSeconds = 0.0
    /// Seconds that the called one lets it ring.
    var ringSeconds = 0.0
    /// Seconds until a request that nobody answers is given up.
    var timeout = 10.0
    /// What is sent, one for each phone in turn; all of them are known when they are heard.
    var tones = [ToneFrames(frequency: 431)]
}
