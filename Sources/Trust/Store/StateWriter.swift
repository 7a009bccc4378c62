import Glibc

/// The right to change a ``StateFolder``: one holder at a time, in this process and in others, until it goes away.
///
/// A file is written beside the old one, made durable, and takes its name in one step: after a power cut it is the old
/// one or the new one. This file is one of the thin wrappers around C.
public struct StateWriter: ~Copyable {
    enum Step: CaseIterable {
        case create, write, synchronize, rename, synchronizeFolder
    }

    /// How long another process may take to make its keys, in seconds.
    static let patience = 30
    private static let temporaryPrefix = ".new-"

    private let folder: StateFolder
    /// Opened for this purpose: locks belong to what was opened, so threads exclude each other too.
    private let lock: Int32

    private init(_ folder: StateFolder, _ lock: Int32) {
        self.folder = folder
        self.lock = lock
    }

    /// Waits until nobody else changes the folder, and clears up after those who could not.
    static func acquire(_ folder: StateFolder, patience: Int = patience) throws(TrustError) -> StateWriter {
        let lock = unsafe openat(folder.descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard lock >= 0 else { throw StateFailure.system(folder.path) }
        let writer = StateWriter(folder, lock)
        try writer.wait(seconds: patience)
        try writer.removeLeftovers()
        return writer
    }

    deinit { close(lock) }

    /// - Parameter name: no path, and not hidden.
    public func write(_ name: String, _ contents: [UInt8]) throws(TrustError) {
        try StateFailure.check(name: name)
        let temporary = Self.temporaryPrefix + name
        try folder.beforeStep?(.create)
        let file = unsafe openat(
            folder.descriptor, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw StateFailure.system("\(folder.path)/\(temporary)") }
        defer { close(file) }
        do throws(TrustError) {
            try fill(file, contents, name)
            try folder.beforeStep?(.rename)
            guard unsafe renameat(folder.descriptor, temporary, folder.descriptor, name) == 0 else {
                throw StateFailure.system("\(folder.path)/\(name)")
            }
        } catch {
            unsafe unlinkat(folder.descriptor, temporary, 0)
            throw error
        }
        try folder.beforeStep?(.synchronizeFolder)
        guard fsync(folder.descriptor) == 0 else { throw StateFailure.system(folder.path) }
    }

    private func fill(_ file: Int32, _ contents: [UInt8], _ name: String) throws(TrustError) {
        if geteuid() != folder.owner {
            guard fchown(file, folder.owner, folder.group) == 0 else {
                throw StateFailure.system("\(folder.path)/\(name)")
            }
        }
        guard fchmod(file, 0o600) == 0 else { throw StateFailure.system("\(folder.path)/\(name)") }
        try folder.beforeStep?(.write)
        var rest = contents[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw StateFailure.system("\(folder.path)/\(name)") }
            rest = rest.dropFirst(count)
        }
        try folder.beforeStep?(.synchronize)
        guard fsync(file) == 0 else { throw StateFailure.system("\(folder.path)/\(name)") }
    }

    private func wait(seconds: Int) throws(TrustError) {
        for _ in 0...seconds * 50 {
            if flock(lock, LOCK_EX | LOCK_NB) == 0 { return }
            guard errno == EWOULDBLOCK || errno == EINTR else { throw StateFailure.system(folder.path) }
            usleep(20_000)
        }
        throw TrustError("\(folder.path): another process is changing it")
    }

    /// What a write left that did not come to its end. Nobody else writes now.
    private func removeLeftovers() throws(TrustError) {
        for name in try folder.allNames() where name.hasPrefix(Self.temporaryPrefix) {
            guard unsafe unlinkat(folder.descriptor, name, 0) == 0 else {
                throw StateFailure.system("\(folder.path)/\(name)")
            }
        }
    }
}

extension StateFolder {
    /// Waits until nobody else changes the folder; half a minute at most.
    public func writer() throws(TrustError) -> StateWriter { try StateWriter.acquire(self) }
}
