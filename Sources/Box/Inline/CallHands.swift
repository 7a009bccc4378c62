import ConfigLanguage
import Inspection
import MediaTermination
import TLSProxy
import Wire

/// The hands that carry phones' calls beside the packets: signalling and media. Belongs to the packet thread.
struct CallHands {
    var streams: StreamDesk?
    var media: MediaDesk?
    var watch: MediaWatch?

    var ciphers: StreamCiphers { streams?.ciphers ?? StreamCiphers() }

    /// Ends the hands' threads.
    func stop() {
        streams?.stop()
        watch?.end()
        media?.stop()
    }

    /// What is written of what the hands have told.
    enum Note {
        case stream(HandStreamEvent, StreamDesk.Parties)
        /// With the session as the engine has it, if it still does.
        case media(MediaDesk.Note, BrainMediaSession?)
    }

    /// Tells the engine what has come.
    func deliver(to engine: inout Engine, at now: Timestamp, log: (Note) -> Void) {
        streams?.deliver(to: &engine, at: now) { log(.stream($0, $1)) }
        guard let media else { return }
        let (reports, notes) = media.take()
        for note in notes { log(.media(note, note.session.flatMap { engine.mediaSession($0) })) }
        for report in reports { engine.take(report, at: now) }
    }

    /// Carries out what the engine wants. Media goes first: a port is open before anybody hears of it.
    func perform(from engine: inout Engine, at now: Timestamp) {
        // What can not be carried out is told, and may lead to further orders; each round ends what it is about.
        for _ in 0..<8 where engine.hasMediaOrders || engine.hasStreamOrders {
            performMedia(from: &engine, at: now)
            let orders = engine.takeStreamOrders()
            for failure in streams?.perform(orders, at: now) ?? [] { engine.take(failure, at: now) }
        }
    }

    private func performMedia(from engine: inout Engine, at now: Timestamp) {
        for _ in 0..<8 where engine.hasMediaOrders {
            let orders = engine.takeMediaOrders()
            for failure in media?.perform(orders) ?? Self.refused(orders) { engine.take(failure, at: now) }
        }
    }

    private static func refused(_ orders: [MediaOrder]) -> [BrainMediaReport] {
        orders.compactMap { order in
            guard case .open(let session) = order else { return nil }
            return .failed(session.id, reason: "nothing carries media here")
        }
    }
}
