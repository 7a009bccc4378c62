import Wire

/// Changes of a description for the side that it goes to.
extension EditList {
    /// The box's address in place of the sender's, in the session's part and in each media's. An address of zeros stays:
    /// it puts the receiver on hold.
    mutating func setAddresses(of sdp: SDP, to address: IPAddress) {
        let places = [sdp.origin?.address, sdp.connection].compactMap(\.self) + sdp.media.flatMap(\.connections)
        for place in places where place.address?.isUnspecified != true { setAddress(of: place, to: address) }
    }

    /// Takes out what is between the sender and the box alone: keys, RTCP's port, candidates and fingerprints.
    mutating func removePrivate(of sdp: SDP) {
        for line in sdp.lines.indices where sdp.lines[line].type == UInt8(ascii: "a") {
            guard let attribute = sdp.attributes(in: line..<line + 1).first else { continue }
            switch attribute.kind {
            case .crypto, .rtcp, .fingerprint, .setup, .tlsID: remove(line: line, of: sdp)
            case let kind where kind.isICE: remove(line: line, of: sdp)
            default: break
            }
        }
    }

    /// Refuses a line: port 0 (RFC 3264 section 6).
    mutating func refuse(_ media: SDPMedia, as profile: SDPProfile?) {
        if media.port != 0 { setPort(of: media, to: 0) }
        if let profile, profile != media.profile { setProfile(of: media, to: profile) }
    }

    /// Offers or answers a line at a port of the box's, with its keys.
    mutating func carry(
        _ media: SDPMedia, of sdp: SDP, at port: UInt16, as profile: SDPProfile, keys: [OwnKey]
    ) {
        setPort(of: media, to: port)
        if profile != media.profile { setProfile(of: media, to: profile) }
        for key in keys {
            append(
                line: SDPCrypto.line(tag: key.tag, key.protection.suite, key.protection.key), to: media, of: sdp)
        }
    }
}
