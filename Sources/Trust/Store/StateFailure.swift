import Glibc

/// What is not accepted in a state folder, and how it is said.
enum StateFailure {
    /// The system's own reason, from `errno`.
    static func system(_ what: String) -> TrustError {
        let code = errno
        guard let text = unsafe strerror(code) else { return TrustError("\(what): error \(code)") }
        return TrustError("\(what): \(unsafe String(cString: text))")
    }

    /// As ``system(_:)``, after an `open` that follows no symbolic links.
    static func opening(_ path: String) -> TrustError {
        let code = errno
        var status = stat()
        let isLink = unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
        if isLink { return TrustError("\(path): is a symbolic link") }
        if code == ENOTDIR { return TrustError("\(path): is not a folder") }
        errno = code
        return system(path)
    }

    /// - Parameter owner: who may own it, but for the user that this process runs as.
    static func check(_ status: stat, _ path: String, owner: uid_t) throws(TrustError) {
        guard status.st_uid == owner || status.st_uid == geteuid() else {
            throw TrustError("\(path): belongs to user \(status.st_uid), not to \(owner)")
        }
        guard status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw TrustError("\(path): others may use it (mode \(mode)); it has to be its owner's alone")
        }
    }

    static func check(name: String) throws(TrustError) {
        guard !name.isEmpty, !name.hasPrefix("."), !name.utf8.contains(UInt8(ascii: "/")), !name.utf8.contains(0),
            name.utf8.count <= 240
        else { throw TrustError("\(name): not a name for a file") }
    }
}
