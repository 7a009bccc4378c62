import Glibc
import Netfilter

/// Where the box keeps what outlives it, and where it is spoken to.
enum StateDirectory {
    /// Makes the directory, for whoever starts the box only, unless it is there. Keys are read while the process still is
    /// that user: what it becomes can not read them again.
    static func prepare(_ path: String) throws(FileError) {
        if unsafe mkdir(path, 0o700) == 0 { return }
        guard errno == EEXIST else { throw FileError(path, errno: errno) }
        var status = stat()
        guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw FileError(path, "is there and is not a directory")
        }
    }

    /// The listening control socket; the directory it is in is made when it is missing.
    static func controlSocket(_ path: String) throws(FileError) -> ControlListener {
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex { unsafe mkdir(String(path[..<slash]), 0o755) }
        return try ControlListener(at: path)
    }
}
