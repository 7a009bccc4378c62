import Capture
import ConfigLanguage
import Glibc
import Inspection
import SystemCalls
import Wire

/// What `replay` is asked to do.
public struct ReplayRequest: Sendable {
    public struct File: Sendable {
        public var path: String
        /// `nameif` of the interface it was recorded on.
        public var interface: String?

        public init(path: String, interface: String? = nil) {
            self.path = path
            self.interface = interface
        }
    }

    /// `nil`: everything is inspected and permitted, and who speaks first is the client.
    public var configuration: Configuration?
    public var files: [File]
    /// Where what would have left the box is written, as pcapng.
    public var output: String?
    /// Where the caller will write a report; as ``output``, it can not be one of the recordings.
    public var report: String?
    /// The trust list and the key that phones' files are served with.
    public var phoneFiles: PhoneFiles?
    /// Opens the recordings' TLS.
    public var keyLog: TLSKeyLog?

    public init(
        configuration: Configuration?, files: [File], output: String? = nil, report: String? = nil,
        phoneFiles: PhoneFiles? = nil, keyLog: TLSKeyLog? = nil
    ) {
        self.configuration = configuration
        self.files = files
        self.output = output
        self.report = report
        self.phoneFiles = phoneFiles
        self.keyLog = keyLog
    }
}

public enum ReplayError: Error, CustomStringConvertible {
    case unknownInterface(String)
    /// There is no thread to read with.
    case system(SystemError)
    /// A file or a device.
    case unreadable(String, CaptureError)
    case unwritable(CaptureError)
    /// The output would replace this recording before it is read.
    case outputIsInput(String)

    /// What was asked for makes no sense, whatever the files hold.
    public var isUsage: Bool {
        switch self {
        case .unknownInterface, .outputIsInput: true
        case .system, .unreadable, .unwritable: false
        }
    }

    public var description: String {
        switch self {
        case .unknownInterface(let name): "no interface is called \(name) in the configuration"
        // The system's refusals name what they are about.
        case .unreadable(let name, .malformed(let defect, let offset)):
            "\(name): \(CaptureError.malformed(defect, offset: offset))"
        case .system(let error): error.description
        case .unreadable(_, let error), .unwritable(let error): error.description
        case .outputIsInput(let path): "\(path): is to be read and to be written"
        }
    }
}

/// Recorded traffic through the engine.
public struct Replay: ~Copyable {
    private var feed: FrameFeed
    private let reader: RecordingReader
    private let keyLog: TLSKeyLog?
    private var now = Timestamp.zero

    /// - Parameter log: gets what the box would log, in order; frames come to the engine in batches.
    public init(_ request: ReplayRequest, log: ((SyslogText.Message) -> Void)? = nil) throws(ReplayError) {
        let configuration = request.configuration ?? .inspectEverything
        let names = InterfaceNames(configuration)
        // A value that can not be copied is made last: nothing may fail once a part of it stands.
        let sources = try request.files.map { file throws(ReplayError) in try Self.open(file, names) }
        for output in [request.output, request.report].compactMap(\.self) {
            if let file = request.files.first(where: { Self.isSame($0.path, output) }) {
                throw .outputIsInput(file.path)
            }
        }
        let feed = try Self.feed(request, configuration, log)
        reader = RecordingReader(sources)
        keyLog = request.keyLog
        self.feed = feed
    }

    private static func feed(
        _ request: ReplayRequest, _ configuration: Configuration, _ log: ((SyslogText.Message) -> Void)?
    ) throws(ReplayError) -> FrameFeed {
        do throws(CaptureError) {
            return try FrameFeed(
                configuration, acceptsMidstream: request.configuration == nil, phoneFiles: request.phoneFiles,
                output: request.output, log: log)
        } catch {
            throw .unwritable(error)
        }
    }

    private static func open(
        _ file: ReplayRequest.File, _ names: InterfaceNames
    ) throws(ReplayError) -> ReplaySource {
        let interface = file.interface.flatMap { names.index(of: $0) }
        if let name = file.interface, interface == nil { throw .unknownInterface(name) }
        do throws(CaptureError) {
            return try ReplaySource(path: file.path, interface: interface)
        } catch {
            throw .unreadable(file.path, error)
        }
    }

    /// Whether two paths lead to one regular file.
    private static func isSame(_ input: String, _ output: String) -> Bool {
        var (first, second) = (stat(), stat())
        return unsafe stat(input, &first) == 0 && stat(output, &second) == 0 && first.st_mode & S_IFMT == S_IFREG
            && first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    /// Runs the recordings to their end.
    public consuming func run() throws(ReplayError) -> ReplayReport {
        let sides = feed.sides
        let read: RecordingReader.End
        do throws(SystemError) {
            read = try reader.run(sides, keyLog: keyLog) { sorted, reading, frame in
                now = sorted.moment
                feed.take(sorted, reading, &frame)
            }
        } catch {
            throw .system(error)
        }
        let result = feed.finish(read.result, at: now)
        var report = result.report
        report.warnings = read.remarks
        if let failure = result.failure { throw .unwritable(failure) }
        return report
    }
}
