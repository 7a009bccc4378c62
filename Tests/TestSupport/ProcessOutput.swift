import Glibc

/// What a program said.
public struct ProcessOutput: Sendable {
    public var output: [UInt8]
    /// Standard error, where it was asked for.
    public var errors = ""
    /// The exit code; 128 and the signal's number for a program that a signal ended.
    public var status: Int32

    public var text: String { String(decoding: output, as: UTF8.self) }
    public var lines: [Substring] { text.split(separator: "\n") }
}

/// A program could not be run, or did not end in time.
public struct ProcessFailure: Error, CustomStringConvertible {
    public var description: String
}

/// Runs `argv` (looked up in `PATH`), with `input` as its standard input, and returns its standard output; standard
/// error is left to the test's own, unless `keepsErrors`.
///
/// Input and output pass through unlinked temporary files, so neither side can block the other.
public func processOutput(
    _ argv: [String], stdin input: [UInt8] = [], within seconds: Int = 60, keepsErrors: Bool = false
) throws -> ProcessOutput {
    let standardInput = try TemporaryFile()
    try standardInput.write(input)
    let standardOutput = try TemporaryFile()
    let standardError = try TemporaryFile()
    let process = try spawn(
        argv, standardInput.descriptor, standardOutput.descriptor, keepsErrors ? standardError.descriptor : 2)
    let status = try wait(for: process, within: seconds, named: argv.first ?? "")
    return ProcessOutput(
        output: try standardOutput.read(), errors: String(decoding: try standardError.read(), as: UTF8.self),
        status: status)
}

private func spawn(_ argv: [String], _ input: Int32, _ output: Int32, _ errors: Int32) throws -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, errors, 2)
    var arguments = unsafe argv.map { unsafe strdup($0) } + [nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    var process: pid_t = 0
    let result = unsafe posix_spawnp(&process, argv.first ?? "", &actions, nil, &arguments, environ)
    guard result == 0 else { throw ProcessFailure(description: "\(argv): cannot run, error \(result)") }
    return process
}

private func wait(for process: pid_t, within seconds: Int, named name: String) throws -> Int32 {
    var status: Int32 = 0
    for _ in 0..<seconds * 100 {
        let ended = unsafe waitpid(process, &status, WNOHANG)
        if ended == process {
            // The macros of <sys/wait.h> are not imported.
            return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
        }
        usleep(10_000)
    }
    kill(process, SIGKILL)
    unsafe waitpid(process, &status, 0)
    throw ProcessFailure(description: "\(name): still running after \(seconds) s")
}

/// A file that has no name and goes away with this value.
private struct TemporaryFile: ~Copyable {
    let descriptor: Int32

    init() throws {
        var template = Array("/tmp/phoneproxy-test-XXXXXX".utf8CString)
        descriptor = unsafe mkstemp(&template)
        guard descriptor >= 0 else { throw ProcessFailure(description: "no temporary file, error \(errno)") }
        unsafe unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    deinit { close(descriptor) }

    func write(_ bytes: [UInt8]) throws {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes[written...].withUnsafeBytes { rest in
                unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
            }
            guard count > 0 else { throw ProcessFailure(description: "cannot write, error \(errno)") }
            written += count
        }
        lseek(descriptor, 0, SEEK_SET)
    }

    func read() throws -> [UInt8] {
        lseek(descriptor, 0, SEEK_SET)
        return try readAll(descriptor)
    }
}
