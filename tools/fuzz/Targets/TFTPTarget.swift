import TestSupport
import Wire

/// The whole input is one TFTP message.
func tftpPromise(_ input: Span<UInt8>) -> String? {
    guard let message = try? TFTPMessage.decode(input, in: 0..<input.count) else { return nil }
    switch message {
    case .request(let request):
        guard isTerminated(input, request.filename), isTerminated(input, request.mode) else {
            return "a request's text is not terminated"
        }
        guard 1...TFTPRequest.maximumFilenameLength ~= request.filename.count else { return "file name's length" }
        return optionsPromise(input, request.options)
    case .optionAcknowledgment(let options): return optionsPromise(input, options)
    case .data(_, let payload): return payload.upperBound == input.count ? nil : "data ends before its datagram"
    case .error(_, let text): return text.upperBound <= input.count ? nil : "error text ends behind its datagram"
    case .acknowledgment: return nil
    }
}

private func optionsPromise(_ input: Span<UInt8>, _ options: TFTPOptions) -> String? {
    guard options.count <= TFTPOptions.maximumCount else { return "more options than allowed" }
    var count = 0
    var offset = options.range.lowerBound
    while let pair = options.pair(input, at: offset) {
        guard pair.next > offset, isTerminated(input, pair.name), isTerminated(input, pair.value) else {
            return "an option pair does not advance or is not terminated"
        }
        count += 1
        offset = pair.next
    }
    return count == options.count && offset == options.range.upperBound ? nil : "the pairs do not add up"
}

private func isTerminated(_ input: Span<UInt8>, _ text: Range<Int>) -> Bool {
    text.upperBound < input.count && input[text.upperBound] == 0
}

func tftpSeeds() -> [FuzzTarget.Seed] {
    let options = [("tsize", "0"), ("blksize", "1428"), ("timeout", "5"), ("windowsize", "4")]
    return [
        .init(name: "rrq", bytes: TFTPBytes.readRequest("CTLSEP001122334455.tlv")),
        .init(name: "rrq-options", bytes: TFTPBytes.readRequest("SEP001122334455.cnf.xml.sgn", options: options)),
        .init(name: "wrq-netascii", bytes: TFTPBytes.writeRequest("trace.txt", mode: "netascii")),
        .init(name: "data", bytes: TFTPBytes.data(1, Array("<device>".utf8))),
        .init(name: "ack", bytes: TFTPBytes.acknowledgment(65_535)),
        .init(name: "error", bytes: TFTPBytes.error(1, "File not found")),
        .init(name: "oack", bytes: TFTPBytes.optionAcknowledgment(options)),
    ]
}
