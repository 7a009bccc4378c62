import COpenSSL
import Glibc

/// Secrets of TLS connections, written for those who are to read a recording of them (NSS key log format).
///
/// This file is one of the thin wrappers around C.
@safe
final class KeyLogFile {
    private let descriptor: Int32

    init(_ path: String) throws(LabError) {
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .last(path) }
    }

    deinit { close(descriptor) }

    /// `context`: an `SSL_CTX`, which ends before this file does.
    func follow(_ context: OpaquePointer) {
        // Place 0 is the application's.
        unsafe SSL_CTX_set_ex_data(context, 0, Unmanaged.passUnretained(self).toOpaque())
        unsafe SSL_CTX_set_keylog_callback(context) { connection, line in
            guard let connection = unsafe connection, let line = unsafe line,
                let place = unsafe SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), 0)
            else { return }
            unsafe Unmanaged<KeyLogFile>.fromOpaque(place).takeUnretainedValue().append(String(cString: line) + "\n")
        }
    }

    /// A line in one piece: several programs may write into one file.
    private func append(_ line: String) {
        let bytes = Array(line.utf8)
        _ = unsafe write(descriptor, bytes, bytes.count)
    }
}
