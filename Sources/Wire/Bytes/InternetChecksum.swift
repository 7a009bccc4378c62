/// The Internet checksum (RFC 1071), whole and incremental (RFC 1624).
///
/// A checksum is built as a one's-complement `sum`, folded and inverted at the end with ``finish(_:)``.
public enum InternetChecksum {
    /// Adds the 16-bit words of `bytes` in `range` to `sum`; an odd last byte counts as the high half of a word.
    @inlinable
    public static func add(_ bytes: Span<UInt8>, in range: Range<Int>, to sum: UInt64 = 0) -> UInt64 {
        var sum = sum
        var rest = bytes.extracting(range)
        // The one's-complement sum does not care how words are grouped, nor, as long as all are alike, in which order their
        // bytes stand: eight at a time, as the processor has them. Four times as many share the check of their place.
        var swapped: UInt64 = 0
        while rest.count >= 32 {
            let some = rest.extracting(first: 32)
            swapped = carrying(carrying(swapped, some.littleEndian64(at: 0)), some.littleEndian64(at: 8))
            swapped = carrying(carrying(swapped, some.littleEndian64(at: 16)), some.littleEndian64(at: 24))
            rest = rest.extracting(droppingFirst: 32)
        }
        sum = carrying(sum, UInt64(fold(swapped).byteSwapped))
        while rest.count >= 8 {
            sum = carrying(sum, rest.uint64(at: 0))
            rest = rest.extracting(droppingFirst: 8)
        }
        // Small again, so that a few more words can be added without a look at overflow.
        sum = (sum & 0xffff_ffff) &+ (sum >> 32)
        if rest.count >= 4 {
            sum &+= UInt64(rest.uint32(at: 0))
            rest = rest.extracting(droppingFirst: 4)
        }
        if rest.count >= 2 {
            sum &+= UInt64(rest.uint16(at: 0))
            rest = rest.extracting(droppingFirst: 2)
        }
        if rest.count > 0 { sum &+= UInt64(rest[0]) << 8 }
        return sum
    }

    /// What overflows comes in again at the other end.
    @inlinable @inline(__always)
    static func carrying(_ sum: UInt64, _ word: UInt64) -> UInt64 {
        let (next, overflows) = sum.addingReportingOverflow(word)
        return next &+ (overflows ? 1 : 0)
    }

    /// Folds `sum` to 16 bits without inverting it.
    @inlinable
    public static func fold(_ sum: UInt64) -> UInt16 {
        // Both halves are added in both places at once: what overflows in the lower place is carried into the upper one.
        let halves = UInt32(truncatingIfNeeded: (sum &+ (sum << 32 | sum >> 32)) >> 32)
        return UInt16(truncatingIfNeeded: (halves &+ (halves << 16 | halves >> 16)) >> 16)
    }

    /// The checksum field for `sum`.
    @inlinable
    public static func finish(_ sum: UInt64) -> UInt16 { ~fold(sum) }

    /// The pseudo-header's part of a UDP, TCP or ICMPv6 checksum (RFC 768, RFC 9293, RFC 8200 section 8.1).
    /// `length` is that of the transport header and payload.
    @inlinable
    public static func pseudoHeader(
        source: IPAddress, destination: IPAddress, transport: IPProtocol, length: Int
    ) -> UInt64 {
        source.checksumSum &+ destination.checksumSum &+ UInt64(transport.rawValue) &+ UInt64(length)
    }

    /// The checksum after words that summed to `old` were replaced by words that sum to `new` (RFC 1624, equation 3).
    @inlinable
    public static func update(_ checksum: UInt16, replacing old: UInt64, with new: UInt64) -> UInt16 {
        update(checksum, by: change(from: old, to: new))
    }

    /// What it adds to a sum that words which summed to `old` are replaced by words that sum to `new`: for several
    /// checksums that cover the same words.
    @inlinable
    public static func change(from old: UInt64, to new: UInt64) -> UInt64 {
        UInt64(~fold(old)) &+ UInt64(fold(new))
    }

    /// The checksum after a ``change(from:to:)``, or the sum of several.
    @inlinable
    public static func update(_ checksum: UInt16, by change: UInt64) -> UInt16 {
        finish(UInt64(~checksum) &+ change)
    }
}
