import Glibc
import TestSupport

/// A system call of a test that failed.
struct SystemFailure: Error {
    var call: String
    var code: Int32
}

func text(ofFile path: String) throws -> String { String(decoding: try TestFiles.read(path), as: UTF8.self) }

/// What a file's owner, group and others may do with it, and its size.
func status(ofFile path: String) throws -> (permissions: mode_t, size: Int) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw SystemFailure(call: "stat \(path)", code: errno) }
    return (status.st_mode & 0o777, Int(status.st_size))
}
