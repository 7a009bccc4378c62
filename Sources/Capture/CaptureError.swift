/// Why a capture could not be opened, read, written or filtered.
public enum CaptureError: Error, Hashable, Sendable {
    /// The operating system refused `call` on `subject` (a path or a device) with the error number `code`.
    case system(call: SystemCall, subject: String, code: Int32)
    /// The file breaks its format; `offset` is where, in bytes from its start; with gzip in bytes of the unpacked file,
    /// but for the defects of gzip itself.
    case malformed(Defect, offset: UInt64)
    /// A packet, an interface or a buffer that the writer refuses to write.
    case refused(Refusal)
    /// libpcap refused the filter `expression`; `reason` is its own text.
    case filter(expression: String, reason: String)
    /// libpcap could not open or read `device`; `reason` is its own text.
    case device(String, reason: String)

    /// The calls that can fail, by their names.
    public enum SystemCall: String, Hashable, Sendable {
        case open, read, write, poll
    }

    /// What is wrong with a capture file.
    public enum Defect: String, Hashable, Sendable {
        case notACapture = "neither a pcap nor a pcapng file"
        case compressed = "compressed file: unpack it first"
        case gzipDamaged = "gzip data damaged"
        case gzipTruncated = "gzip data cut short"
        case fileHeaderTruncated = "file header cut short"
        case version = "unsupported file version"
        case byteOrderMagic = "section's byte-order magic unknown"
        case blockLength = "block length impossible"
        case blockTooLong = "block longer than 16 MiB"
        case trailingLength = "block's leading and trailing lengths differ"
        case option = "option runs past its block"
        case optionLength = "option has the wrong length"
        case packetTooLong = "packet longer than 262144 bytes"
        case capturedLength = "captured length runs past its block"
        case unknownInterface = "packet of an interface that its section does not describe"
        case tooManyInterfaces = "more than 16384 interfaces"
    }

    /// What the writer does not write.
    public enum Refusal: String, Hashable, Sendable {
        case packetTooLong = "packet longer than 262144 bytes"
        case unknownInterface = "interface not described"
        case tooManyInterfaces = "more than 16384 interfaces"
        case memoryLimit = "memory limit reached"
    }
}

extension CaptureError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .system(let call, let subject, let code):
            "\(subject): \(call.rawValue): \(systemErrorText(code))"
        case .malformed(let defect, let offset): "\(defect.rawValue), at offset \(offset)"
        case .refused(let refusal): refusal.rawValue
        case .filter(let expression, let reason): "filter \"\(expression)\": \(reason)"
        case .device(let device, let reason): "\(device): \(reason)"
        }
    }
}
