import Glibc

/// A text file that grows line by line, for its owner only.
public final class LineFile {
    private let path: String
    private let descriptor: Int32
    private var waiting: [UInt8] = []
    private var failure: FileError?

    private static let chunk = 65_536

    /// Creates `path`, or empties it.
    public init(_ path: String) throws(FileError) {
        self.path = path
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(path, errno: errno) }
    }

    deinit { close(descriptor) }

    public func append(_ line: String) {
        waiting += Array(line.utf8) + [UInt8(ascii: "\n")]
        if waiting.count >= Self.chunk { flush() }
    }

    /// Brings everything to the file; throws when not all of it could be written, now or before.
    public func finish() throws(FileError) {
        flush()
        if let failure { throw failure }
    }

    /// After a failure nothing more reaches the file.
    private func flush() {
        defer { waiting.removeAll(keepingCapacity: true) }
        guard failure == nil else { return }
        do throws(FileError) { try WholeFile.write(waiting, to: descriptor, path) } catch { failure = error }
    }
}
