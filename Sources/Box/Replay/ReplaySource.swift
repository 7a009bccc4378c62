import Capture
import Inspection
import Wire

/// One recording on its way through the engine.
final class ReplaySource {
    let path: String
    /// The interface that `--interface NAME=FILE` names for it.
    let interface: InterfaceIndex?
    private var reader: CaptureReader
    /// The record that is next, and when it was: of one without a moment, the one before it.
    private(set) var record: CaptureRecord?
    private(set) var time = Timestamp.zero
    /// Why the file could not be read to its end; what came before counts.
    private(set) var failure: CaptureError?

    init(path: String, interface: InterfaceIndex?) throws(CaptureError) {
        self.path = path
        self.interface = interface
        reader = try CaptureReader(path: path)
        advance()
        // Nothing at all could be read.
        if let failure { throw failure }
    }

    func advance() {
        do throws(CaptureError) {
            record = try reader.next()
            if let moment = record?.timestamp { time = moment }
        } catch {
            record = nil
            failure = error
        }
    }

    func withFrame(_ body: (inout MutableSpan<UInt8>) -> Void) { reader.withFrame(body) }

    /// What was wrong with the file and was got over, and what ended it early.
    var remarks: [String] {
        reader.warnings.map { "\(path): \($0)" } + (failure.map { ["\(path): \($0)"] } ?? [])
    }
}
