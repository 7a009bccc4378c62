import Glibc

/// A file that could not be read or written, with the system's own reason.
public struct FileError: Error, CustomStringConvertible {
    public let path: String
    public let reason: String

    init(_ path: String, errno code: Int32) {
        self.path = path
        reason = unsafe String(cString: strerror(code))
    }

    init(_ path: String, _ reason: String) {
        self.path = path
        self.reason = reason
    }

    public var description: String { "\(path): \(reason)" }
}

/// Small files, read and written whole.
public enum WholeFile {
    /// - Parameter limit: bytes; a larger file is refused before it is in memory.
    public static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path, errno: errno) }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let size = chunk.count
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, size) }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(path, errno: errno)
            }
            if count == 0 { return contents }
            guard contents.count + count <= limit else { throw FileError(path, "larger than \(limit) bytes") }
            contents += chunk[..<count]
        }
    }

    /// Text in UTF-8; what is not is replaced.
    public static func readText(_ path: String, limit: Int) throws(FileError) -> String {
        String(decoding: try read(path, limit: limit), as: UTF8.self)
    }

    /// Writes a file that only its owner may read, replacing one that is there.
    public static func write(_ contents: [UInt8], to path: String) throws(FileError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(path, errno: errno) }
        defer { close(descriptor) }
        try write(contents, to: descriptor, path)
    }

    /// All of it, however many calls that takes.
    static func write(_ contents: [UInt8], to descriptor: Int32, _ path: String) throws(FileError) {
        var rest = contents[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(path, errno: errno)
            }
            rest = rest.dropFirst(count)
        }
    }
}
