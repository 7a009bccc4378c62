import Glibc

/// Removes a socket's file when the box ends, however it ends.
///
/// The box itself can not: it has given up the rights in the directory by then. So a shell waits, with the rights that
/// the box started with, for the end of a pipe that only the box holds. A file that another box has put in place
/// meanwhile is another file, and stays.
final class SocketKeeper {
    private var pipeEnd: Int32
    private let shell: pid_t

    private static let script = """
        read -r _
        [ "$(stat -c %d:%i -- "$1" 2>/dev/null)" = "$2" ] && rm -f -- "$1"
        """

    /// Before rights are given up. Signals that the caller blocks do not reach the shell either.
    init(of path: String) throws(FileError) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { throw FileError(path, errno: errno) }
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw FileError("pipe", errno: errno) }
        defer { close(ends[0]) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let arguments = ["/bin/sh", "-c", Self.script, "socket-keeper", path, "\(status.st_dev):\(status.st_ino)"]
        guard let shell = Self.spawn(arguments, input: ends[0]) else {
            close(ends[1])
            throw FileError("/bin/sh", "can not be started")
        }
        pipeEnd = ends[1]
        self.shell = shell
    }

    deinit { release() }

    /// Has the file removed, and waits until it is.
    func release() {
        guard pipeEnd >= 0 else { return }
        close(pipeEnd)
        pipeEnd = -1
        while waitpid(shell, nil, 0) < 0, errno == EINTR {}
    }

    private static func spawn(_ arguments: [String], input: Int32) -> pid_t? {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
        var words = unsafe arguments.map { unsafe strdup($0) } + [nil]
        var environment = unsafe [strdup("PATH=/usr/bin:/bin"), nil]
        defer {
            unsafe words.forEach { unsafe free($0) }
            unsafe environment.forEach { unsafe free($0) }
        }
        var process: pid_t = 0
        return unsafe posix_spawn(&process, "/bin/sh", &actions, nil, &words, &environment) == 0 ? process : nil
    }
}
