import Glibc

/// Where the box keeps what outlives it, and where it is spoken to.
enum StateDirectory {
    /// Makes the directory, for its owner only, unless it is there.
    static func prepare(_ path: String) throws(InlineError) {
        if unsafe mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        throw InlineError(FileError(path, errno: errno))
    }

    /// The listening control socket; the default path's directory is made when it is missing.
    static func controlSocket(_ path: String) throws(InlineError) -> ControlListener {
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex { unsafe mkdir(String(path[..<slash]), 0o755) }
        do throws(FileError) {
            return try ControlListener(at: path)
        } catch {
            throw InlineError(error)
        }
    }
}
