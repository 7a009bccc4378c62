import Glibc

/// Owns one open file descriptor and closes it, unless it was borrowed (standard input and output).
///
/// This file is one of the thin wrappers around C.
struct FileDescriptor: ~Copyable {
    let number: Int32
    /// The path, for error messages.
    let subject: String
    private let isBorrowed: Bool

    /// Opens `path` for reading; `-` is standard input.
    static func reading(_ path: String) throws(CaptureError) -> FileDescriptor {
        if path == "-" { return FileDescriptor(number: STDIN_FILENO, subject: "standard input", isBorrowed: true) }
        return FileDescriptor(number: try opened(path, O_RDONLY | O_CLOEXEC, 0), subject: path, isBorrowed: false)
    }

    /// Creates `path`, or empties it, readable by its owner only; `-` is standard output.
    static func creating(_ path: String) throws(CaptureError) -> FileDescriptor {
        if path == "-" { return FileDescriptor(number: STDOUT_FILENO, subject: "standard output", isBorrowed: true) }
        let number = try opened(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        // A file that stood there before keeps its mode, and what is written may be decrypted signalling.
        var status = stat()
        if unsafe fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG { _ = fchmod(number, 0o600) }
        return FileDescriptor(number: number, subject: path, isBorrowed: false)
    }

    private init(number: Int32, subject: String, isBorrowed: Bool) {
        self.number = number
        self.subject = subject
        self.isBorrowed = isBorrowed
    }

    deinit {
        if !isBorrowed { _ = close(number) }
    }

    private static func opened(_ path: String, _ flags: Int32, _ mode: mode_t) throws(CaptureError) -> Int32 {
        while true {
            let number = unsafe open(path, flags, mode)
            if number >= 0 { return number }
            if errno != EINTR { throw .system(call: .open, subject: path, code: errno) }
        }
    }

    /// Reads into `bytes` from `start`; returns how many bytes came, 0 at the end of the file.
    func read(into bytes: inout [UInt8], from start: Int) throws(CaptureError) -> Int {
        while true {
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                guard start < buffer.count else { return 0 }
                return unsafe Glibc.read(number, buffer.baseAddress?.advanced(by: start), buffer.count - start)
            }
            if count >= 0 { return count }
            if errno != EINTR { throw .system(call: .read, subject: subject, code: errno) }
        }
    }

    /// Writes the first `count` bytes, however many calls that takes.
    func write(_ bytes: [UInt8], count: Int) throws(CaptureError) {
        var start = 0
        while start < count {
            let written = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(number, buffer.baseAddress?.advanced(by: start), min(count, buffer.count) - start)
            }
            if written > 0 {
                start += written
            } else if written == 0 || errno != EINTR {
                throw .system(call: .write, subject: subject, code: written == 0 ? ENOSPC : errno)
            }
        }
    }

    /// Cuts the file to `length` bytes. What cannot be cut (a pipe, a terminal) stays as it is.
    func cut(to length: UInt64) {
        _ = ftruncate(number, off_t(clamping: length))
    }
}

/// The system's words for an error number.
func systemErrorText(_ code: Int32) -> String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
}

/// Waits until `descriptor` can be read, at most `milliseconds`; says whether it can.
func waitUntilReadable(_ descriptor: Int32, milliseconds: Int32, subject: String) throws(CaptureError) -> Bool {
    var waited = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let ready = unsafe poll(&waited, 1, milliseconds)
    if ready < 0, errno != EINTR { throw .system(call: .poll, subject: subject, code: errno) }
    return ready > 0
}
