import CLinux
import Glibc
import SystemCalls

/// Runs a program and waits for it: `nft`, `iptables-restore`, `ip`.
enum Subprocess {
    struct Result: Equatable, Sendable {
        /// -1 when a signal ended it.
        var exitCode: Int32
        var output: String
        var errors: String

        var succeeded: Bool { exitCode == 0 }
    }

    enum Failure: Error, Equatable, CustomStringConvertible {
        /// No file of that name in the places where the system keeps its tools.
        case notFound(String)
        case system(SystemError)
        case timedOut(String, seconds: Int)
        /// It ended with an error; what it said.
        case unsuccessful(String)

        var description: String {
            switch self {
            case .notFound(let name): "\(name): no such program"
            case .system(let error): error.description
            case .unsuccessful(let message): message
            case .timedOut(let name, let seconds): "\(name): no answer within \(seconds) s; ended"
            }
        }
    }

    /// Where tools stand; fixed, so that nobody's PATH decides what runs with our rights.
    private static let folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin"]

    static func path(of name: String) -> String? {
        folders.map { "\($0)/\(name)" }.first { unsafe access($0, X_OK) == 0 }
    }

    /// Starts `name` with `arguments`, gives it `input`, and collects what it says; a mebibyte of each stream is
    /// kept. Ended by SIGKILL after `seconds`.
    static func run(
        _ name: String, _ arguments: [String], input: String = "", seconds: Int = 10
    ) throws(Failure) -> Result {
        guard let path = path(of: name) else { throw .notFound(name) }
        do throws(SystemError) {
            let streams = try Streams(input: input)
            let process = try spawn(path, [name] + arguments, streams)
            let ending = try Descriptor(CLinux_pidfd_open(process), from: "pidfd_open")
            let isInTime = try ending.waitReadable(milliseconds: Int32(seconds * 1000))
            if !isInTime { kill(process, SIGKILL) }
            let status = try wait(process)
            if isInTime {
                return Result(
                    exitCode: CLinux_exitCode(status), output: try streams.output.text(),
                    errors: try streams.errors.text())
            }
        } catch {
            throw .system(error)
        }
        throw .timedOut(name, seconds: seconds)
    }

    private static func spawn(
        _ path: String, _ arguments: [String], _ streams: borrowing Streams
    ) throws(SystemError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, streams.input.number, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, streams.output.number, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, streams.errors.number, 2)
        let words = unsafe terminated(arguments)
        let environment = unsafe terminated(Self.environment)
        defer {
            unsafe words.forEach { unsafe free($0) }
            unsafe environment.forEach { unsafe free($0) }
        }
        var process: pid_t = 0
        let error = unsafe posix_spawn(&process, path, &actions, nil, words, environment)
        guard error == 0 else { throw SystemError("posix_spawn \(path)", error) }
        return process
    }

    private static var environment: [String] {
        // Messages that are parsed or shown must not depend on anybody's language.
        var variables = ["LC_ALL=C", "PATH=\(folders.joined(separator: ":"))"]
        // iptables' older variant takes a lock that only root may open. Without root it locks nothing instead: the
        // kernel itself refuses a table that somebody changed in between.
        if geteuid() != 0 { variables.append("XTABLES_LOCKFILE=/dev/null") }
        return variables
    }

    /// Copies for C, with a null at the end; the caller frees them.
    private static func terminated(_ words: [String]) -> [UnsafeMutablePointer<CChar>?] {
        var copies: [UnsafeMutablePointer<CChar>?] = unsafe []
        for word in words { unsafe copies.append(strdup(word)) }
        unsafe copies.append(nil)
        return unsafe copies
    }

    private static func wait(_ process: pid_t) throws(SystemError) -> Int32 {
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { throw SystemError.last("waitpid") }
        }
        return status
    }
}

/// A child's standard streams, as files in memory: no pipe can fill up, so neither side ever waits for the other.
private struct Streams: ~Copyable {
    let input: Descriptor
    let output: Descriptor
    let errors: Descriptor

    init(input text: String) throws(SystemError) {
        let input = try Descriptor.inMemory(text)
        let output = try Descriptor.inMemory()
        let errors = try Descriptor.inMemory()
        self.input = input
        self.output = output
        self.errors = errors
    }
}

extension Descriptor {
    /// A file in memory that holds `text` and stands at its start.
    fileprivate static func inMemory(_ text: String = "") throws(SystemError) -> Descriptor {
        let file = try Descriptor(CLinux_memfd(), from: "memfd_create")
        try file.write(text)
        lseek(file.number, 0, SEEK_SET)
        return file
    }

    /// Writes all of `text`.
    func write(_ text: String) throws(SystemError) {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let rest = bytes.count - written
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(number, $0.baseAddress.map { unsafe $0 + written }, rest)
            }
            if count < 0, errno != EINTR { throw SystemError.last("write") }
            written += max(count, 0)
        }
    }

    /// What the file holds from its start, wherever its offset is; at most `limit` bytes of it.
    func text(limit: Int = 1 << 20) throws(SystemError) -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        var text: [UInt8] = []
        while text.count < limit {
            let offset = text.count
            let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(number, $0.baseAddress, $0.count, offset) }
            if count < 0 { throw SystemError.last("pread") }
            if count == 0 { break }
            text += bytes[..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }
}
