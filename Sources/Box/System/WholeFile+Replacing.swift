import Glibc

extension WholeFile {
    /// Writes a file that only its owner may read, in place of one that may be there: whoever looks sees the old one or
    /// the new one, whole, also after a power cut. When it fails, what was there stays.
    ///
    /// What is there and is no file, such as a terminal or a pipe, is written to and not replaced.
    public static func replace(_ path: String, with contents: [UInt8]) throws(FileError) {
        var status = stat()
        if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG { return try write(contents, to: path) }
        var template = Array("\(path).XXXXXX".utf8CString)
        let descriptor = unsafe mkstemp(&template)
        guard descriptor >= 0 else { throw FileError(path, errno: errno) }
        defer { close(descriptor) }
        do throws(FileError) {
            try write(contents, to: descriptor, path)
            guard fsync(descriptor) == 0, unsafe rename(template, path) == 0 else {
                throw FileError(path, errno: errno)
            }
        } catch {
            unsafe unlink(template)
            throw error
        }
    }
}
