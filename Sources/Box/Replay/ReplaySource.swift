import Capture
import Inspection
import Wire

/// One recording on its way through the engine.
final class ReplaySource {
    let path: String
    /// The interface that `--interface NAME=FILE` names for it.
    let interface: InterfaceIndex?
    private var reading: Reading

    init(path: String, interface: InterfaceIndex?) throws(CaptureError) {
        self.path = path
        self.interface = interface
        reading = Reading(try CaptureReader(path: path))
        // Nothing at all could be read.
        if let failure = reading.failure { throw failure }
    }

    /// When the next frame was seen; `nil`: there is none.
    var next: Timestamp? { reading.record == nil ? nil : reading.time }

    /// Hands over the next frame, and those behind it that were seen before `limit`, until `body` says that it is enough.
    func take(before limit: Timestamp?, _ body: (inout MutableSpan<UInt8>, CaptureRecord, Timestamp) -> Bool) {
        reading.take(before: limit, body)
    }

    /// What was wrong with the file and was got over, and what ended it early.
    var remarks: [String] {
        reading.reader.warnings.map { "\(path): \($0)" } + (reading.failure.map { ["\(path): \($0)"] } ?? [])
    }
}

/// Where in its file a recording is.
private struct Reading: ~Copyable {
    var reader: CaptureReader
    /// The record that is next, and when it was: of one without a moment, the one before it.
    private(set) var record: CaptureRecord?
    private(set) var time = Timestamp.zero
    /// Why the file could not be read to its end; what came before counts.
    private(set) var failure: CaptureError?

    init(_ reader: consuming CaptureReader) {
        self.reader = reader
        advance()
    }

    mutating func take(
        before limit: Timestamp?, _ body: (inout MutableSpan<UInt8>, CaptureRecord, Timestamp) -> Bool
    ) {
        while let record {
            let moment = time
            var isWanted = false
            reader.withFrame { frame in isWanted = body(&frame, record, moment) }
            advance()
            guard isWanted, limit.map({ time < $0 }) ?? true else { return }
        }
    }

    private mutating func advance() {
        do throws(CaptureError) {
            record = try reader.next()
            if let moment = record?.timestamp { time = moment }
        } catch {
            record = nil
            failure = error
        }
    }
}
