/// Writes TFTP messages (RFC 1350, RFC 2347), one datagram payload each: what a transfer consists of into room that is there
/// already, the rest to the end of a buffer.
public enum TFTPWriter {
    public typealias Option = (name: TFTPOptionName, value: Int)

    /// An RRQ. `file` must hold no NUL: it would end there.
    public static func readRequest(_ file: [UInt8], options: [Option] = [], onto buffer: inout [UInt8]) {
        field(1, onto: &buffer)
        text(file, onto: &buffer)
        text("octet".utf8, onto: &buffer)
        pairs(options, onto: &buffer)
    }

    /// Bytes of a DATA message before the block's own, and of a whole ACK.
    public static let headLength = 4

    /// The head of a DATA message, at the start of `room`; the block's bytes follow it.
    @inlinable
    public static func dataHeader(block: UInt16, into room: inout MutableSpan<UInt8>) {
        room.store(3 << 16 | UInt32(block), at: 0)
    }

    @inlinable
    public static func acknowledgment(block: UInt16, into room: inout MutableSpan<UInt8>) {
        room.store(4 << 16 | UInt32(block), at: 0)
    }

    /// An ERROR with its text, which should be ASCII (netascii).
    public static func error(_ code: TFTPErrorCode, _ message: String, onto buffer: inout [UInt8]) {
        field(5, onto: &buffer)
        field(code.rawValue, onto: &buffer)
        text(message.utf8, onto: &buffer)
    }

    /// An OACK.
    public static func optionAcknowledgment(_ options: [Option], onto buffer: inout [UInt8]) {
        field(6, onto: &buffer)
        pairs(options, onto: &buffer)
    }

    /// An opcode, a block number, an error code.
    private static func field(_ value: UInt16, onto buffer: inout [UInt8]) {
        buffer.append(UInt8(truncatingIfNeeded: value >> 8))
        buffer.append(UInt8(truncatingIfNeeded: value))
    }

    private static func text(_ bytes: some Collection<UInt8>, onto buffer: inout [UInt8]) {
        buffer.append(contentsOf: bytes)
        buffer.append(0)
    }

    private static func pairs(_ options: [Option], onto buffer: inout [UInt8]) {
        for option in options {
            text(option.name.rawValue.utf8, onto: &buffer)
            text(String(option.value).utf8, onto: &buffer)
        }
    }
}
