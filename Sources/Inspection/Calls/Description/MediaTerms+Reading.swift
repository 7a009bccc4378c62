import Wire

/// What is demanded of a side's media.
struct MediaDemand {
    /// Plain RTP is refused.
    var mustBeSecure: Bool
    /// The address that the side is known to have, where what it says of itself proves nothing; `nil`: it is believed.
    var knownAddress: IPAddress?
}

extension MediaTerms {
    /// Reads what `media` says; `nil` where it can not be carried: no RTP over UDP, or not protected as it has to be.
    ///
    /// - Parameter accepts: which crypto line counts.
    init?(
        _ media: SDPMedia, _ sdp: SDP, _ demand: MediaDemand, accepts: (SDPCrypto) -> Bool = { _ in true }
    ) {
        profile = media.profile
        if profile.isSDES {
            let cryptos = (try? sdp.cryptos(of: media)) ?? []
            guard let crypto = cryptos.first(where: { Self.isUsable($0) && accepts($0) }), let suite = crypto.suite,
                let master = crypto.keys.first?.master
            else { return nil }
            tag = crypto.tag
            key = MediaProtection(suite: suite, key: master)
        } else {
            guard profile.isPlainRTP, !demand.mustBeSecure else { return nil }
        }
        readAddresses(media, sdp, demand)
        readFormats(media, sdp)
        multiplexesControl = sdp.attribute(.rtcpMux, in: media.lines) != nil
    }

    /// What `media` says to somebody to whom it passes through the box as it is; `nil` where it is not carried by UDP.
    init?(passing media: SDPMedia, _ sdp: SDP) {
        profile = media.profile
        guard !sdp.text(media.profileName).uppercased().hasPrefix("TCP") else { return nil }
        readAddresses(media, sdp, MediaDemand(mustBeSecure: false))
        readFormats(media, sdp)
        multiplexesControl = sdp.attribute(.rtcpMux, in: media.lines) != nil
    }

    /// One key without an identifier in the packets, and nothing that would make it another transform.
    private static func isUsable(_ crypto: SDPCrypto) -> Bool {
        crypto.suite != nil && crypto.keys.count == 1 && crypto.keys.allSatisfy { $0.mki == nil }
            && crypto.session.isPlain
    }

    private mutating func readAddresses(_ media: SDPMedia, _ sdp: SDP, _ demand: MediaDemand) {
        let connection = sdp.connection(of: media)
        let direction = sdp.direction(of: media)
        sends = direction == .sendrecv || direction == .sendonly
        receives = direction == .sendrecv || direction == .recvonly
        guard let address = connection?.address, connection?.multicast == nil else { return }
        // The older way to put somebody on hold (RFC 2543 appendix B.5).
        if address.isUnspecified {
            receives = false
            return
        }
        guard demand.knownAddress == nil || demand.knownAddress == address, media.port > 0 else { return }
        peer = Endpoint(address, media.port)
        guard let attribute = sdp.attribute(.rtcp, in: media.lines), let control = try? sdp.rtcp(attribute),
            control.port > 0, control.port != media.port, control.port != media.port &+ 1
        else { return }
        controlPeer = Endpoint(address, control.port)
    }

    private mutating func readFormats(_ media: SDPMedia, _ sdp: SDP) {
        payloadTypes = sdp.formats(of: media).compactMap { UInt8(sdp.text($0)) }.filter { $0 < 128 }
        guard let first = payloadTypes.first else { return }
        let maps = sdp.attributes(in: media.lines)
            .filter { $0.kind == .rtpMap }
            .compactMap { try? sdp.rtpMap($0) }
        clockRate =
            maps.first { $0.payloadType == first }?.clockRate ?? (media.kind == .video ? 90_000 : 8000)
    }
}

extension MediaSession.Kind {
    init(_ kind: SDPMedia.Kind) {
        switch kind {
        case .audio: self = .audio
        case .video: self = .video
        default: self = .other
        }
    }
}
