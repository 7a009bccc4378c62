import Inspection
import Wire

/// Phones' calls and all that belongs to them, as they stood at one moment. Tables that were not asked for are empty: with
/// thousands of phones it takes the packet thread milliseconds to write one down.
struct CallTables: Sendable {
    struct Parts: OptionSet, Sendable {
        let rawValue: UInt8

        /// With what stands for phones toward the call server.
        static let streams = Parts(rawValue: 1)
        static let registrations = Parts(rawValue: 2)
        static let calls = Parts(rawValue: 4)
        static let media = Parts(rawValue: 8)
    }

    var now: Timestamp
    var streams: [StreamSummary]
    /// Those of phone proxies.
    var securedStreams: [StreamSummary] { streams.filter { !$0.isPlain } }
    var streamsMostUsed: Int
    var registrations: [RegistrationSummary]
    var calls: [CallSummary]
    var callsMostUsed: Int
    var media: [Engine.MediaSessionSummary]
    var mediaMostUsed: Int
    var mediaPortsInUse: Int
    var streamCounters: StreamCounters
    var sipCounters: SIPCounters
    var skinnyCounters: SkinnyCounters
    var mediaCounters: MediaCounters
    /// `client ldc`: what stands for phones toward the call server, in DER.
    var localCertificates: [BrainStreamID: [UInt8]]

    init(_ parts: Parts, _ engine: borrowing Engine, _ hands: CallHands, now: Timestamp) {
        self.now = now
        streams = parts.contains(.streams) ? engine.streamSummaries : []
        localCertificates = [:]
        for stream in streams { localCertificates[stream.id] = hands.streams?.localCertificate(of: stream.id) }
        streamsMostUsed = engine.securedStreamsMostUsed
        registrations = parts.contains(.registrations) ? engine.registrationSummaries : []
        calls = parts.contains(.calls) ? engine.callSummaries : []
        callsMostUsed = engine.callsMostUsed
        media = parts.contains(.media) ? engine.mediaSessionSummaries : []
        mediaMostUsed = engine.mediaSessionsMostUsed
        mediaPortsInUse = engine.mediaPortsInUse
        streamCounters = engine.counters.streams
        sipCounters = engine.counters.sip
        skinnyCounters = engine.counters.skinny
        mediaCounters = engine.counters.media
    }
}
