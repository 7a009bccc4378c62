/// Changes of a session description.
extension EditList {
    /// Also the address type, where the family is another; what stands behind a slash stays.
    public mutating func setAddress(of place: SDPAddress, to address: IPAddress) {
        if place.isIPv6 == address.isV4 { replace(place.addressType, with: address.isV4 ? "IP4" : "IP6") }
        replace(place.range, with: address.description)
    }

    public mutating func setPort(of media: SDPMedia, to port: UInt16) { replace(media.portRange, with: String(port)) }

    public mutating func setProfile(of media: SDPMedia, to profile: SDPProfile) {
        replace(media.profileName, with: profile.rawValue)
    }

    /// Removes the line at `index`.
    public mutating func remove(line index: Int, of sdp: SDP) { remove(sdp.lines[index].range) }

    /// Puts a line, given without its end, behind the one at `index`.
    public mutating func insert(line: String, behind index: Int, of sdp: SDP) {
        let end = sdp.lines[index].range.upperBound
        switch sdp.bytes[end - 1] {
        case SIPSyntax.lineFeed: insert(line + sdp.lineEnd, at: end)
        case SIPSyntax.carriageReturn: insert("\n" + line, at: end)
        default: insert(sdp.lineEnd + line, at: end)
        }
    }

    /// Puts a line, given without its end, behind all others of `media`.
    public mutating func append(line: String, to media: SDPMedia, of sdp: SDP) {
        insert(line: line, behind: media.lines.upperBound - 1, of: sdp)
    }

    /// Gives `media`, which has none of its own, a `c=` line: behind `m=` and `i=` (RFC 8866 section 5).
    public mutating func insertConnection(to address: IPAddress, of media: SDPMedia, of sdp: SDP) {
        var index = media.lines.lowerBound
        while index + 1 < media.lines.upperBound, sdp.lines[index + 1].type == UInt8(ascii: "i") { index += 1 }
        insert(line: "c=IN \(address.isV4 ? "IP4" : "IP6") \(address)", behind: index, of: sdp)
    }
}
