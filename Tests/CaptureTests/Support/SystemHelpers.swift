import Glibc
import Testing

/// A directory that is gone at the end of the test.
struct TemporaryDirectory: ~Copyable {
    let path: String

    init() throws {
        var template = Array("/tmp/capture-tests-XXXXXX".utf8CString)
        try #require(unsafe mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        _ = try? runProcess("/bin/rm", ["-rf", path], in: nil)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }
}

/// What a program said, and its exit status (128 and the signal when one ended it).
struct ProcessResult {
    var status: Int32
    var output: String
    var errors: String
}

struct SystemFailure: Error {
    var call: String
    var code: Int32
}

/// Runs a program to its end. Its output goes through files in `directory`, or nowhere.
func runProcess(_ program: String, _ arguments: [String], in directory: String?) throws -> ProcessResult {
    let output = directory.map { "\($0)/stdout" } ?? "/dev/null"
    let errors = directory.map { "\($0)/stderr" } ?? "/dev/null"
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe _ = posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)

    var words: [UnsafeMutablePointer<CChar>?] = unsafe ([program] + arguments).map { unsafe strdup($0) }
    unsafe words.append(nil)
    defer { unsafe words.forEach { word in unsafe free(word) } }
    var child: pid_t = 0
    let code = unsafe posix_spawnp(&child, program, &actions, nil, words, environ)
    guard code == 0 else { throw SystemFailure(call: "spawn \(program)", code: code) }

    var status: Int32 = 0
    while unsafe waitpid(child, &status, 0) < 0 {
        guard errno == EINTR else { throw SystemFailure(call: "waitpid", code: errno) }
    }
    let signal = status & 0x7f
    return ProcessResult(
        status: signal == 0 ? (status >> 8) & 0xff : 128 + signal,
        output: try directory == nil ? "" : text(ofFile: output),
        errors: try directory == nil ? "" : text(ofFile: errors))
}

func bytes(ofFile path: String) throws -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY)
    guard descriptor >= 0 else { throw SystemFailure(call: "open \(path)", code: errno) }
    defer { _ = close(descriptor) }
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = unsafe read(descriptor, &chunk, chunk.count)
        guard count >= 0 else { throw SystemFailure(call: "read \(path)", code: errno) }
        if count == 0 { return content }
        content += chunk[..<count]
    }
}

func text(ofFile path: String) throws -> String { String(decoding: try bytes(ofFile: path), as: UTF8.self) }

func write(_ content: [UInt8], toFile path: String) throws {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw SystemFailure(call: "open \(path)", code: errno) }
    defer { _ = close(descriptor) }
    let written = unsafe Glibc.write(descriptor, content, content.count)
    guard written == content.count else { throw SystemFailure(call: "write \(path)", code: errno) }
}

/// What a file's owner, group and others may do with it, and its size.
func status(ofFile path: String) throws -> (permissions: mode_t, size: Int) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw SystemFailure(call: "stat \(path)", code: errno) }
    return (status.st_mode & 0o777, Int(status.st_size))
}
