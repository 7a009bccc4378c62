import TestSupport
import Wire

/// The whole input is a stream, and a datagram.
func sipPromise(_ input: Span<UInt8>) -> String? {
    if let promise = framingPromise(input) { return promise }
    guard let message = try? SIPMessage.read(input, in: 0..<input.count) else { return nil }
    return placesPromise(message) ?? readingPromise(message) ?? editingPromise(message)
}

// MARK: Framing

/// Segments of any size give the same outcomes.
private func framingPromise(_ input: Span<UInt8>) -> String? {
    _ = SIPDatagram(input)
    let piece = input.extracting(..<min(input.count, 4096))
    for (sender, step) in [(SIPFraming.Sender.opener, 1), (.acceptor, 5)] {
        let whole = outcomes(piece, from: sender, step: max(piece.count, 1))
        guard whole == outcomes(piece, from: sender, step: step) else { return "segments change what a stream is" }
    }
    return nil
}

private func outcomes(_ stream: Span<UInt8>, from sender: SIPFraming.Sender, step: Int) -> [SIPFraming.Outcome] {
    var framing = SIPFraming(from: sender)
    var (start, end, outcomes) = (0, 0, [SIPFraming.Outcome]())
    while end < stream.count {
        end = min(end + step, stream.count)
        search: while start < end {
            let outcome = framing.next(stream.extracting(start..<end))
            switch outcome {
            case .complete(let length), .ping(let length), .pong(let length):
                outcomes.append(outcome)
                start += length
            case .needMore: break search
            case .malformed: return outcomes + [outcome]
            }
        }
    }
    return outcomes
}

// MARK: Reading

private func placesPromise(_ message: SIPMessage) -> String? {
    var end = message.headers.first?.line.lowerBound ?? message.headerEnd
    for header in message.headers {
        guard header.line.lowerBound == end, header.nameRange.lowerBound == end,
            header.value.lowerBound > header.nameRange.upperBound, header.value.upperBound < header.line.upperBound
        else { return "a header line is out of place" }
        end = header.line.upperBound
    }
    guard end == message.headerEnd, end <= message.body.lowerBound, message.body.upperBound == message.bytes.count
    else { return "the header lines do not reach to the body" }
    return nil
}

private func readingPromise(_ message: SIPMessage) -> String? {
    _ = message.description
    try? message.validate()
    for name in SIPHeaderName.allCases {
        _ = try? message.values(of: name)
        _ = try? message.address(of: name)
        _ = try? message.addresses(of: name)
        _ = try? message.number(of: name)
        _ = try? message.token(of: name)
        _ = message.credentials(name)
    }
    _ = try? (message.cseq(), message.rack(), message.replaces(), message.contacts())
    for part in (try? message.bodyParts()) ?? [] {
        guard message.body.lowerBound <= part.content.lowerBound, part.content.upperBound <= message.body.upperBound
        else { return "a part stands outside the body" }
    }
    return nil
}

// MARK: Editing

/// What carriers and limits may still refuse of a message that could be read.
private let refusals: Set<SIPError.Reason> = [
    .bareCarriageReturn, .headerLineMalformed, .headerSectionTooLong, .tooManyHeaders, .startLineTooLong, .bodyTooLong,
]

private func editingPromise(_ message: SIPMessage) -> String? {
    guard (try? SIPEditor(message).finished(on: .datagram)) == message.bytes else { return "no change changed bytes" }
    guard let streamed = try? SIPEditor(message).finished(on: .stream) else {
        return "a stream's message has a conflict"
    }
    var framing = SIPFraming(from: .opener)
    switch framing.next(streamed.span) {
    case .complete(let length): guard length == streamed.count else { return "a stream's message has another length" }
    case .malformed(let error): guard refusals.contains(error.reason) else { return "a stream's message: \(error)" }
    default: return "a stream's message does not end"
    }
    guard let places = HostPlaces(message) else { return nil }
    var editor = SIPEditor(message)
    places.edit(&editor)
    guard let edited = try? editor.finished(on: .datagram) else { return "changes of hosts have a conflict" }
    do throws(SIPError) {
        let again = try SIPMessage.read(edited)
        guard let changed = HostPlaces(again) else { return "a change broke an address" }
        guard again.headers.count == message.headers.count, changed.stripped(again) == places.stripped(message) else {
            return "a change changed what else there is"
        }
        return changed.areNew(again) ? nil : "a change was not made"
    } catch {
        return refusals.contains(error.reason) ? nil : "a change broke the message: \(error)"
    }
}

/// The places of a message that a box rewrites: the hosts of Via and Contact, and media addresses and ports.
public struct HostPlaces {
    private let vias: [SIPVia]
    private let contacts: [SIPURI]
    private let sdp: SDP?

    public static let address = IPAddress(v4: 0xcb00_714d)
    public static let port: UInt16 = 50_004

    /// `nil` where these can not be read.
    public init?(_ message: SIPMessage) {
        guard let vias = try? message.vias(), let contacts = try? message.contacts() else { return nil }
        self.vias = vias
        self.contacts = contacts.map(\.uri).filter { $0.host != nil }
        let part = try? message.sdpPart()
        sdp = part.flatMap { try? SDP.read(message.bytes, in: $0.content) }
    }

    public func edit(_ editor: inout SIPEditor) {
        for via in vias { editor.setSentBy(of: via, to: Endpoint(Self.address, Self.port)) }
        for contact in contacts { editor.setHost(of: contact, to: Endpoint(Self.address, Self.port)) }
        guard let sdp else { return }
        for place in addresses(sdp) { editor.edits.setAddress(of: place, to: Self.address) }
        for media in sdp.media { editor.edits.setPort(of: media, to: Self.port) }
    }

    private func addresses(_ sdp: SDP) -> [SDPAddress] {
        [sdp.origin?.address, sdp.connection].compactMap { $0 } + sdp.media.flatMap(\.connections)
    }

    public func areNew(_ message: SIPMessage) -> Bool {
        let hosts = vias.map(\.host) + contacts.compactMap(\.host)
        let ports = vias.map(\.port) + contacts.map(\.port) + (sdp?.media.map { $0.port } ?? [])
        return hosts.allSatisfy { $0.address == Self.address } && ports.allSatisfy { $0 == Self.port }
            && (sdp.map(addresses) ?? []).allSatisfy { $0.address == Self.address && !$0.isIPv6 }
    }

    /// The message without all that ``edit(_:)`` changes.
    public func stripped(_ message: SIPMessage) -> [UInt8]? {
        var edits = EditList()
        for via in vias { edits.remove(via.host.range.lowerBound..<(via.portRange ?? via.host.range).upperBound) }
        for contact in contacts { if let place = contact.hostPort { edits.remove(place) } }
        if let index = message.contentLength { edits.remove(message.headers[index].value) }
        if let sdp {
            for place in addresses(sdp) {
                edits.remove(place.addressType)
                edits.remove(place.range)
            }
            for media in sdp.media { edits.remove(media.portRange) }
            for part in (try? message.bodyParts()) ?? [] { if let length = part.contentLength { edits.remove(length) } }
        }
        guard let ordered = try? edits.ordered(within: message.bytes.count) else { return nil }
        return ByteEdit.apply(ordered, to: message.bytes)
    }
}

func sipSeeds() -> [FuzzTarget.Seed] {
    let messages = SampleSIP.all.map { FuzzTarget.Seed(name: $0.0, bytes: $0.1) }
    let glued = Array("\r\n\r\n".utf8) + SampleSIP.register + Array("\r\n".utf8) + SampleSIP.compactInvite
    return messages + [.init(name: "glued", bytes: glued)]
}
