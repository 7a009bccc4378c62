import Glibc

/// The folder in which private keys and what belongs to them outlive the box: its owner's alone.
///
/// Whatever in it others could have put there or could read is refused with the reason: it is not mended silently, for
/// nobody knows who has seen it. This file is one of the thin wrappers around C.
public final class StateFolder: Sendable {
    /// Files; more than any configuration declares keys and certificates.
    static let fileLimit = 10_000

    public let path: String
    let descriptor: Int32
    /// Whose it is: files that root writes are given to this user, so that a box that has dropped its privileges can
    /// read them.
    let owner: uid_t
    let group: gid_t
    /// What a test does before each step of a write.
    let beforeStep: (@Sendable (StateWriter.Step) throws(TrustError) -> Void)?

    /// Makes the folder unless it is there; the one that it is in has to be.
    public convenience init(_ path: String) throws(TrustError) {
        try self.init(path, beforeStep: nil)
    }

    init(
        _ path: String, beforeStep: (@Sendable (StateWriter.Step) throws(TrustError) -> Void)?
    ) throws(TrustError) {
        // After a slash at the end a link would be followed.
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
        self.beforeStep = beforeStep
        let isNew = unsafe mkdir(path, 0o700) == 0
        guard isNew || errno == EEXIST else { throw StateFailure.system("\(path) cannot be made") }
        descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw StateFailure.opening(path) }
        var status = stat()
        let isKnown = unsafe fstat(descriptor, &status) == 0
        (owner, group) = (status.st_uid, status.st_gid)
        guard isKnown else { throw StateFailure.system(path) }
        try StateFailure.check(status, path, owner: geteuid() == 0 ? status.st_uid : geteuid())
        if isNew { try synchronizeParent() }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The files' names, sorted, without hidden ones.
    public func names() throws(TrustError) -> [String] {
        try allNames().filter { !$0.hasPrefix(".") }.sorted()
    }

    /// - Parameter limit: bytes; a larger file is refused.
    /// - Returns: `nil` when there is no such file.
    public func read(_ name: String, limit: Int = 1 << 20) throws(TrustError) -> [UInt8]? {
        try StateFailure.check(name: name)
        // Without blocking: what lies there may be a pipe.
        let file = unsafe openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw StateFailure.opening("\(path)/\(name)")
        }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0 else { throw StateFailure.system("\(path)/\(name)") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw TrustError("\(path)/\(name): is not a file") }
        try StateFailure.check(status, "\(path)/\(name)", owner: owner)
        guard status.st_size <= limit else { throw TrustError("\(path)/\(name): larger than \(limit) bytes") }
        return try contents(of: file, name, limit: limit)
    }

    /// When a file was last written, in seconds since 1970.
    func lastWritten(_ name: String) -> Int64? {
        var status = stat()
        guard unsafe fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        return Int64(status.st_mtim.tv_sec)
    }

    func allNames() throws(TrustError) -> [String] {
        // A descriptor of its own: a directory's place belongs to what was opened.
        let copy = unsafe openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { throw StateFailure.system(path) }
        guard let directory = unsafe fdopendir(copy) else {
            close(copy)
            throw StateFailure.system(path)
        }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." { continue }
            guard names.count < Self.fileLimit else { throw TrustError("\(path): more than \(Self.fileLimit) files") }
            names.append(name)
        }
        return names
    }

    private func contents(of file: Int32, _ name: String, limit: Int) throws(TrustError) -> [UInt8] {
        var contents: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let size = chunk.count
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(file, $0.baseAddress, size) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw StateFailure.system("\(path)/\(name)") }
            if count == 0 { return contents }
            guard contents.count + count <= limit else {
                throw TrustError("\(path)/\(name): larger than \(limit) bytes")
            }
            contents += chunk[..<count]
        }
    }

    /// A key whose certificate phones have must not be gone with its folder after a power cut.
    private func synchronizeParent() throws(TrustError) {
        let parent = unsafe openat(descriptor, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard parent >= 0 else { throw StateFailure.system("\(path)/..") }
        defer { close(parent) }
        guard fsync(parent) == 0 else { throw StateFailure.system("\(path)/..") }
    }
}
