/// Sends on what other streams bring, one after the other, each as a source of its own; what one of them lost is missing here,
/// too.
final class FrameRelay {
    let media: MediaStream
    private var source: Int?

    init(_ media: MediaStream) { self.media = media }

    /// - Parameters:
    ///   - source: which stream the frame is of.
    ///   - distance: from its first frame.
    func send(_ frame: [UInt8], of source: Int, _ distance: Int64) {
        if let before = self.source, before != source { media.changeSource() }
        self.source = source
        media.relay(frame, distance)
    }
}
