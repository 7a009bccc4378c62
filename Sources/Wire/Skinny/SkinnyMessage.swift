/// One Skinny (SCCP) message, as the wire has it, with the places of the fields that are known of it.
///
/// Nothing is taken apart: what is not understood, padding of any content and whatever stands behind the last known field
/// stay byte for byte. A message whose number nobody knows is a message without fields.
public struct SkinnyMessage: Sendable {
    /// From the first byte of the header.
    public internal(set) var bytes: [UInt8]
    public let id: SkinnyMessageID
    /// As the header has it; 0: it does not say.
    public let headerVersion: UInt32
    /// Of the layout by which fields are found: 0 where nothing tells.
    public let layoutVersion: UInt8
    let layout: SkinnyLayout?

    /// Reads a message that is whole: as many bytes as its length says.
    ///
    /// - Parameter negotiated: the protocol's version that phone and server have agreed on, where it is known.
    public static func read(_ bytes: Span<UInt8>, negotiated: UInt8? = nil) throws(WireError) -> SkinnyMessage {
        guard bytes.count >= SkinnyFraming.bodyOffset else {
            throw WireError(.skinny, .header, .truncated, at: bytes.count)
        }
        switch SkinnyFraming.next(bytes) {
        case .complete(bytes.count): break
        case .complete: throw WireError(.skinny, .length, .invalid, at: 0)
        case .needMore: throw WireError(.skinny, .length, .truncated, at: bytes.count)
        case .malformed(let error): throw error
        }
        return SkinnyMessage(bytes, negotiated)
    }

    /// A message of the box's own, all zeros to begin with.
    ///
    /// - Parameter length: as the header has it; decides the layout where addresses are in the message.
    public init(_ id: SkinnyMessageID, length: Int, headerVersion: UInt32 = 0) {
        self.id = id
        self.headerVersion = headerVersion
        layout = SkinnyLayout.of(id, length: length, header: headerVersion)
        layoutVersion = SkinnyLayout.version(of: id, length: length, header: headerVersion, negotiated: nil)
        let words = [UInt32(clamping: length), headerVersion, id.rawValue]
        bytes = words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(8 * $0)) } }
        bytes += [UInt8](repeating: 0, count: max(0, length - 4))
    }

    private init(_ span: Span<UInt8>, _ negotiated: UInt8?) {
        let length = span.count - SkinnyFraming.headerLength
        id = SkinnyMessageID(span.littleEndian32(at: 8))
        headerVersion = span.littleEndian32(at: 4)
        layout = SkinnyLayout.of(id, length: length, header: headerVersion)
        layoutVersion = SkinnyLayout.version(
            of: id, length: length, header: headerVersion, negotiated: negotiated)
        bytes = span.bytes(in: 0..<span.count)
    }

    /// What the header's length says.
    public var length: Int { bytes.count - SkinnyFraming.headerLength }

    // MARK: Fields

    /// Where a field stands, from the message's first byte; `nil`: it has none, or ends before it.
    public func range(of field: SkinnyField, _ index: Int = 0) -> Range<Int>? { place(of: field, index)?.range }

    func place(of field: SkinnyField, _ index: Int) -> (kind: SkinnyLayout.Kind, range: Range<Int>)? {
        guard let place = layout?.place(of: field, index, in: layoutVersion) else { return nil }
        let start = SkinnyFraming.bodyOffset + place.range.lowerBound
        let end = start + place.range.count
        return end <= bytes.count ? (place.kind, start..<end) : nil
    }

    /// The fields that are there whole, in the order of the wire.
    public var fields: [SkinnyField] { (layout?.rows ?? []).compactMap(\.field).filter { has($0) } }

    public func has(_ field: SkinnyField) -> Bool { range(of: field) != nil }

    /// The number in a field; `nil` where there is none, and for a field that is no number.
    public func number(_ field: SkinnyField, _ index: Int = 0) -> UInt32? {
        guard let place = place(of: field, index) else { return nil }
        let start = place.range.lowerBound
        switch place.kind {
        case .uint8: return UInt32(bytes[start])
        case .uint16: return UInt32(bytes.span.littleEndian16(at: start))
        case .uint32: return bytes.span.littleEndian32(at: start)
        default: return nil
        }
    }

    /// A port: a word of which the upper half means nothing.
    public func port(_ field: SkinnyField, _ index: Int = 0) -> UInt16? {
        number(field, index).flatMap { UInt16(exactly: $0) }
    }

    /// The address in a field; `nil` where there is none, or none that can be read.
    public func address(_ field: SkinnyField, _ index: Int = 0) -> IPAddress? {
        guard let place = place(of: field, index) else { return nil }
        let (span, start) = (bytes.span, place.range.lowerBound)
        switch place.kind {
        case .ipv4: return IPAddress(v4: span.uint32(at: start))
        case .ipv6: return Self.ipv6(span, at: start)
        case .address:
            guard place.range.count > 4 else { return IPAddress(v4: span.uint32(at: start)) }
            switch SkinnyAddressType(rawValue: span.littleEndian32(at: start)) {
            case .ipv4: return IPAddress(v4: span.uint32(at: start + 4))
            case .ipv6, .both: return Self.ipv6(span, at: start + 4)
            case .invalid, nil: return nil
            }
        default: return nil
        }
    }

    private static func ipv6(_ span: Span<UInt8>, at start: Int) -> IPAddress {
        IPAddress(high: span.uint64(at: start), low: span.uint64(at: start + 8))
    }

    /// A text up to its end; what stands behind that is whatever the sender's memory had there.
    public func text(_ field: SkinnyField, _ index: Int = 0) -> [UInt8]? {
        guard let place = place(of: field, index) else { return nil }
        switch place.kind {
        case .text, .directoryNumber: return Array(bytes[place.range].prefix { $0 != 0 })
        default: return nil
        }
    }

    /// The bytes of a field, whatever it is.
    public func contents(_ field: SkinnyField, _ index: Int = 0) -> [UInt8]? {
        range(of: field, index).map { Array(bytes[$0]) }
    }

    /// The texts behind the numbers of a message that packs them, such as CallInfoV2; at most `limit`.
    public func strings(upTo limit: Int) -> [[UInt8]] {
        guard let layout else { return [] }
        var start = SkinnyFraming.bodyOffset + layout.size(in: layoutVersion)
        var found: [[UInt8]] = []
        while start < bytes.count, found.count < limit {
            let text = Array(bytes[start...].prefix { $0 != 0 })
            found.append(text)
            start += text.count + 1
        }
        return found
    }
}

/// What the word before an address of 16 bytes says.
enum SkinnyAddressType: UInt32 {
    case ipv4, ipv6, both, invalid
}
