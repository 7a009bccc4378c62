import Capture
import Inspection
import Wire

/// What a recorded frame is, as far as it can be told without the engine. A copy of it costs nothing.
struct SortedFrame: Sendable {
    enum Kind: Sendable {
        /// An IP packet, which came in on this interface. Of one that is cut, the recording has less than the wire had.
        case packet(from: InterfaceIndex, isCut: Bool)
        /// An IP packet on its way out of the box.
        case outgoing
        /// Something else, such as ARP.
        case other
        case undecodable(WireError)
    }

    var kind: Kind
    /// Where in the frame the packet begins.
    var start = 0
    var moment: Timestamp
    /// The recording says when it was.
    var isDated: Bool
}

/// Looks at frames before the engine gets them: where the packet is, where it came in, and what is said of calls in it.
struct FrameSorter {
    /// What is said of calls, on whatever port.
    private var observer: TrafficObserver
    /// `nil`: TLS stays closed.
    private var tls: RecordedTLS?
    private let sides: RecordedSides

    /// What was observed.
    struct Result: Sendable {
        var observer: TrafficObserver
        /// `nil`: there was no key log.
        var tls: RecordedTLS.Facts?
    }

    /// - Parameter keyLog: opens recorded TLS, for what is observed: the engine has no part in it.
    init(_ sides: RecordedSides, keyLog: TLSKeyLog? = nil) {
        self.sides = sides
        observer = TrafficObserver(followsTLS: keyLog != nil)
        tls = keyLog.map { RecordedTLS($0) }
    }

    var result: Result { Result(observer: observer, tls: tls?.facts) }

    /// Looks at one frame, and reads the SIP message in it, if there is one. `interface` is where it was seen; `nil`: the
    /// one behind which its source lies.
    mutating func sort(
        _ frame: Span<UInt8>, _ record: CaptureRecord, on interface: InterfaceIndex?, at moment: Timestamp
    ) -> (SortedFrame, SIPReading?) {
        var sorted = SortedFrame(kind: .other, moment: moment, isDated: record.timestamp != nil)
        let link: LinkFrame
        do throws(WireError) {
            link = try LinkFrame.decode(frame, record.linkType)
        } catch {
            sorted.kind = .undecodable(error)
            return (sorted, nil)
        }
        guard link.carriesIP else { return (sorted, nil) }
        sorted.start = link.payloadOffset
        let packet = frame.extracting(link.payloadOffset...)
        guard let ingress = sides.ingress(of: packet, on: interface) else {
            sorted.kind = .outgoing
            return (sorted, nil)
        }
        sorted.kind = .packet(from: ingress, isCut: record.capturedLength < record.wireLength)
        return (sorted, observe(packet, at: moment))
    }

    private mutating func observe(_ packet: Span<UInt8>, at moment: Timestamp) -> SIPReading? {
        let reading = observer.take(packet, at: moment)
        for piece in observer.takeSealed() {
            observer.take(tls?.open(piece) ?? [], inside: piece, at: moment)
        }
        return reading
    }
}
