import Glibc

/// A folder of a test's own, which goes with it.
public final class TemporaryFolder: Sendable {
    public let path: String

    public init() throws {
        var template = Array("/tmp/phoneproxy-test-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else {
            throw FileFailure(description: "no temporary folder, error \(errno)")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { _ = try? processOutput(["rm", "-rf", path]) }

    public func file(_ name: String) -> String { "\(path)/\(name)" }

    @discardableResult
    public func write(_ name: String, _ contents: [UInt8]) throws -> String {
        let path = file(name)
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileFailure(description: "cannot create \(path), error \(errno)") }
        defer { close(descriptor) }
        var rest = contents[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw FileFailure(description: "cannot write \(path), error \(errno)") }
            rest = rest.dropFirst(count)
        }
        return path
    }

    @discardableResult
    public func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }

    public func has(_ name: String) -> Bool {
        var status = stat()
        return unsafe lstat(file(name), &status) == 0
    }
}

/// A file that a test needs could not be made.
public struct FileFailure: Error, CustomStringConvertible {
    public let description: String

    public init(description: String) { self.description = description }
}
