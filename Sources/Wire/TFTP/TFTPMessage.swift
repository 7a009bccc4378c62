/// One TFTP message (RFC 1350, with the options of RFC 2347), as offsets into the packet that carries it.
public enum TFTPMessage: Sendable {
    case request(TFTPRequest)
    case data(block: UInt16, payload: Range<Int>)
    case acknowledgment(block: UInt16)
    /// The message's text, without its terminator.
    case error(code: UInt16, message: Range<Int>)
    case optionAcknowledgment(TFTPOptions)

    /// Reads the message in `range` of `packet`.
    public static func decode(_ packet: Span<UInt8>, in range: Range<Int>) throws(WireError) -> TFTPMessage {
        let start = range.lowerBound
        guard range.count >= 2 else { throw WireError(.tftp, .opcode, .truncated, at: start) }
        let opcode = packet.uint16(at: start)
        let body = start + 2..<range.upperBound
        switch opcode {
        case 1: return .request(try TFTPRequest.decode(packet, .read, in: body))
        case 2: return .request(try TFTPRequest.decode(packet, .write, in: body))
        case 3:
            guard body.count >= 2 else { throw WireError(.tftp, .blockNumber, .truncated, at: body.lowerBound) }
            return .data(
                block: packet.uint16(at: body.lowerBound), payload: body.lowerBound + 2..<body.upperBound)
        case 4:
            guard body.count >= 2 else { throw WireError(.tftp, .blockNumber, .truncated, at: body.lowerBound) }
            return .acknowledgment(block: packet.uint16(at: body.lowerBound))
        case 5:
            guard body.count >= 2 else { throw WireError(.tftp, .errorCode, .truncated, at: body.lowerBound) }
            // Some servers leave the terminator out; the text then ends with the datagram.
            let text = body.lowerBound + 2..<body.upperBound
            return .error(
                code: packet.uint16(at: body.lowerBound),
                message: text.lowerBound..<(TFTPText.terminator(packet, in: text) ?? text.upperBound))
        case 6: return .optionAcknowledgment(try TFTPOptions.decode(packet, in: body))
        default: throw WireError(.tftp, .opcode, .invalid, at: start)
        }
    }
}

/// A read or write request: RRQ or WRQ.
public struct TFTPRequest: Sendable {
    public enum Operation: String, Sendable {
        case read, write
    }

    public var operation: Operation
    public var filename: Range<Int>
    public var mode: Range<Int>
    public var options: TFTPOptions

    /// No path on a phone or a server is longer; RFC 1350 sets no limit but the datagram's.
    public static let maximumFilenameLength = 512

    static func decode(
        _ packet: Span<UInt8>, _ operation: Operation, in body: Range<Int>
    ) throws(WireError) -> TFTPRequest {
        let filename = try TFTPText.string(packet, in: body, as: .filename)
        guard filename.count > 0 else { throw WireError(.tftp, .filename, .invalid, at: body.lowerBound) }
        guard filename.count <= maximumFilenameLength else {
            throw WireError(.tftp, .filename, .tooLong, at: body.lowerBound)
        }
        let afterName = filename.upperBound + 1..<body.upperBound
        let mode = try TFTPText.string(packet, in: afterName, as: .mode)
        guard mode.count > 0 else { throw WireError(.tftp, .mode, .invalid, at: afterName.lowerBound) }
        let options = try TFTPOptions.decode(packet, in: mode.upperBound + 1..<body.upperBound)
        return TFTPRequest(operation: operation, filename: filename, mode: mode, options: options)
    }
}

/// The options of a request or of an option acknowledgment (RFC 2347): name and value pairs, read on demand.
public struct TFTPOptions: Sendable {
    /// More options than any client or server has; the rest would only be there to cost time.
    public static let maximumCount = 16

    /// The pairs, as offsets into the packet.
    public var range: Range<Int>
    public var count: Int

    /// Checks that `range` holds whole pairs. Bytes after the last terminator that are all zero are padding, which
    /// some phones send.
    static func decode(_ packet: Span<UInt8>, in range: Range<Int>) throws(WireError) -> TFTPOptions {
        var options = TFTPOptions(range: range.lowerBound..<range.lowerBound, count: 0)
        var offset = range.lowerBound
        while offset < range.upperBound, packet[offset] != 0 {
            guard options.count < maximumCount else { throw WireError(.tftp, .option, .tooLong, at: offset) }
            let name = try TFTPText.string(packet, in: offset..<range.upperBound, as: .option)
            let value = try TFTPText.string(packet, in: name.upperBound + 1..<range.upperBound, as: .value)
            options.count += 1
            offset = value.upperBound + 1
            options.range = range.lowerBound..<offset
        }
        for rest in offset..<range.upperBound where packet[rest] != 0 {
            throw WireError(.tftp, .option, .invalid, at: rest)
        }
        return options
    }

    /// The pair that starts at `offset` (first: `range.lowerBound`), and where the next one starts.
    public func pair(
        _ packet: Span<UInt8>, at offset: Int
    ) -> (name: Range<Int>, value: Range<Int>, next: Int)? {
        guard offset < range.upperBound,
            let nameEnd = TFTPText.terminator(packet, in: offset..<range.upperBound),
            let valueEnd = TFTPText.terminator(packet, in: nameEnd + 1..<range.upperBound)
        else { return nil }
        return (offset..<nameEnd, nameEnd + 1..<valueEnd, valueEnd + 1)
    }
}

/// NUL-terminated text (netascii) inside a packet.
enum TFTPText {
    static func terminator(_ packet: Span<UInt8>, in range: Range<Int>) -> Int? {
        var offset = range.lowerBound
        while offset < range.upperBound {
            if packet[offset] == 0 { return offset }
            offset += 1
        }
        return nil
    }

    /// The text at the start of `range`, without its terminator.
    static func string(
        _ packet: Span<UInt8>, in range: Range<Int>, as field: WireError.Field
    ) throws(WireError) -> Range<Int> {
        guard let end = terminator(packet, in: range) else {
            throw WireError(.tftp, field, .unterminated, at: range.lowerBound)
        }
        return range.lowerBound..<end
    }
}
