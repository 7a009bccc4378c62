import Wire

/// Even ports for RTP on one address (RFC 3550 section 11).
final class MediaPorts {
    private let address: IPAddress
    private var next: UInt16

    private static let range: ClosedRange<UInt16> = 16_384...32_766

    init(_ address: IPAddress) {
        self.address = address
        next = UInt16.random(in: 8_192...16_383) * 2
    }

    /// The next one that is free.
    func open() throws(LabError) -> BoundSocket {
        var failure = LabError(description: "no port")
        for _ in 0..<200 {
            next = next >= Self.range.upperBound ? Self.range.lowerBound : next + 2
            do throws(LabError) {
                return try BoundSocket(Endpoint(address, next))
            } catch {
                failure = error
            }
        }
        throw failure
    }
}
