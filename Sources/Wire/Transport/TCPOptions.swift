/// Walks the options of a TCP header (RFC 9293 section 3.2).
public struct TCPOptions: Sendable {
    public struct Option: Sendable {
        public var kind: UInt8
        /// The option's data, as offsets into the packet.
        public var data: Range<Int>
    }

    private var rest: Range<Int>

    public init(_ header: TCPHeader) { rest = header.options }

    /// The next option; `nil` at the end.
    public mutating func next(_ packet: Span<UInt8>) throws(WireError) -> Option? {
        while rest.lowerBound < rest.upperBound {
            let start = rest.lowerBound
            let kind = packet[start]
            if kind == 0 { break }
            if kind == 1 {
                rest = start + 1..<rest.upperBound
                continue
            }
            guard start + 1 < rest.upperBound else { throw WireError(.tcp, .option, .truncated, at: start) }
            let length = Int(packet[start + 1])
            guard length >= 2 else { throw WireError(.tcp, .option, .invalid, at: start + 1) }
            guard start + length <= rest.upperBound else { throw WireError(.tcp, .option, .truncated, at: start + 1) }
            rest = start + length..<rest.upperBound
            return Option(kind: kind, data: start + 2..<start + length)
        }
        rest = rest.upperBound..<rest.upperBound
        return nil
    }
}
