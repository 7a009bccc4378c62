import Wire

/// Streams, registrations, calls and media as `show` tells them.
extension Engine {
    /// All streams, in the order of their numbers: `show skinny`; those that came by TLS: `show phone-proxy
    /// signaling-sessions`, `show tls-proxy session`.
    public var streamSummaries: [StreamSummary] { streams.ids.compactMap { streams[$0].map { summary($0) } } }
    public var streamsInUse: Int { streams.count }
    public var streamsMostUsed: Int { streams.mostUsed }
    public var securedStreamsMostUsed: Int { streams.securedMostUsed }

    /// All registrations that stand, in the order of their streams.
    public var registrationSummaries: [RegistrationSummary] {
        streams.ids.compactMap { streams[$0] }.flatMap { stream in stream.registrations.map { summary($0, stream) } }
    }

    /// All calls, oldest first: `show sip`.
    public var callSummaries: [CallSummary] {
        calls.ids.compactMap { callSummary($0) }.sorted { $0.number < $1.number }
    }
    public var callsInUse: Int { calls.count }
    public var callsMostUsed: Int { calls.mostUsed }

    /// One media session with its figures, as far as the media hand has told them.
    public struct MediaSessionSummary: Hashable, Sendable {
        public var session: MediaSession
        public var call: CallSummary
        public var phone: MediaLegStatistics
        public var far: MediaLegStatistics
    }

    /// All media sessions, in the order of their numbers: `show phone-proxy media-sessions`.
    public var mediaSessionSummaries: [MediaSessionSummary] {
        var found: [MediaSessionSummary] = []
        for id in calls.ids {
            guard let call = calls[id], let summary = callSummary(id) else { continue }
            for line in call.lines {
                guard let line, let session = line.issued else { continue }
                found.append(
                    MediaSessionSummary(
                        session: session, call: summary, phone: line.phoneStatistics, far: line.farStatistics))
            }
        }
        return found.sorted { $0.session.id < $1.session.id }
    }
    /// One media session as it was ordered last; `nil` when it is over.
    public func mediaSession(_ id: MediaSessionID) -> MediaSession? {
        calls.line(of: id).flatMap { calls[$0.call]?.lines[$0.line]?.issued }
    }

    public var mediaSessionsInUse: Int { calls.sessionCount }
    public var mediaSessionsMostUsed: Int { calls.sessionsMostUsed }
    /// RTP ports of the media-termination addresses that are taken.
    public var mediaPortsInUse: Int { mediaPorts.used }

    func summary(_ stream: SignallingStream) -> StreamSummary {
        let service = stream.service
        let stage: StreamSummary.Stage =
            switch stream.stage {
            case .handshake: .handshake
            case .connecting: .connecting
            case .open: .open
            }
        return StreamSummary(
            id: stream.id, phone: stream.phone, interface: stream.interface, mapped: service.mapped,
            server: service.server, serverInterface: service.serverInterface,
            local: stream.local, signalling: service.signalling, isPlain: service.isPlain, classMap: service.classMap,
            stage: stage,
            device: stream.device, phoneCipher: stream.phoneCipher, serverCipher: stream.serverCipher,
            started: stream.started, lastSeen: stream.lastSeen, bytesFromPhone: stream.bytesFromPhone,
            bytesFromServer: stream.bytesFromServer, registrations: stream.registrations.count,
            calls: stream.calls.count)
    }

    func callSummary(_ id: SlabID) -> CallSummary? {
        guard let call = calls[id] else { return nil }
        let state: CallSummary.State =
            switch call.state {
            case .initiating: .initiating
            case .early: .early
            case .active: .active
            case .ending: .ending
            }
        return CallSummary(
            number: call.number, signalling: call.isSkinny ? .skinny : .sip,
            callID: TFTPTransfer.text(call.callID.span, call.callID.indices), state: state,
            from: call.from, to: call.to, phoneIsCaller: call.phoneIsCaller, device: call.device,
            phone: call.phoneAddress, interface: call.phoneInterface, farInterface: call.farInterface,
            stream: call.stream, started: call.started, answered: call.answered, lastSeen: call.lastSeen,
            sessions: call.lines.compactMap { $0?.issued }, media: Self.media(call))
    }

    private static func media(_ call: Call) -> [CallSummary.Media] {
        if let passing = call.passing {
            return passing.lines.compactMap(\.self).filter(\.isOn).map {
                CallSummary.Media(kind: $0.kind, phone: $0.phone.peer, far: $0.far.peer)
            }
        }
        return call.lines.compactMap { $0?.issued }.map {
            CallSummary.Media(kind: $0.kind, phone: $0.phone.peer, far: $0.far.peer)
        }
    }
}
