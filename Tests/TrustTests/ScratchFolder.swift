import Glibc
import TestSupport

/// A folder of one test's own, which goes away with this value.
final class ScratchFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/phoneproxy-trust-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else {
            throw ScratchFailure(description: "no temporary folder, error \(errno)")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { _ = try? processOutput(["rm", "-rf", path]) }

    /// Writes a file into the folder and returns its path.
    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let target = "\(path)/\(name)"
        let result = try processOutput(["dd", "of=\(target)", "status=none"], stdin: bytes)
        guard result.status == 0 else { throw ScratchFailure(description: "cannot write \(target)") }
        return target
    }

    func copy(to target: String) throws { _ = try processOutput(["cp", "-a", path, target]) }
}

struct ScratchFailure: Error, CustomStringConvertible {
    let description: String
}
