import Glibc

/// Files that tests read. Paths are absolute, or found from a test's own place in the repository.
public enum TestFiles {
    /// The repository's root, from `#filePath` in one of its test files (`Tests/<Module>Tests/<file>`).
    public static func repositoryRoot(_ testFile: String = #filePath) -> String {
        testFile.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 }
    }

    /// The paths of the files in `folder`, sorted; folders and hidden files left out, empty when there is no such folder.
    public static func list(_ folder: String) -> [String] {
        names(folder).map { folder + "/" + $0 }.filter { !isFolder($0) }.sorted()
    }

    /// As ``list(_:)``, with all folders below.
    public static func listAll(_ folder: String) -> [String] {
        let paths = names(folder).map { folder + "/" + $0 }
        return paths.flatMap { isFolder($0) ? listAll($0) : [$0] }.sorted()
    }

    public static func read(_ path: String) throws -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ProcessFailure(description: "cannot open \(path), error \(errno)") }
        defer { close(descriptor) }
        return try readAll(descriptor)
    }

    private static func names(_ folder: String) -> [String] {
        guard let directory = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}

/// Everything from where `descriptor` stands to its end.
func readAll(_ descriptor: Int32) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = unsafe read(descriptor, &chunk, chunk.count)
        guard count >= 0 else { throw ProcessFailure(description: "cannot read, error \(errno)") }
        if count == 0 { return bytes }
        bytes += chunk[..<count]
    }
}
