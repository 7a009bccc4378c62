import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Trust

@Suite struct StateFolderTests {
    private func run(_ command: String...) throws {
        let result = try processOutput(command)
        guard result.status == 0 else { throw FileFailure(description: "\(command): \(result.status)") }
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    @Test func filesAndFolderAreTheirOwnersAlone() throws {
        let parent = try TemporaryFolder()
        let before = umask(0)
        defer { umask(before) }
        let folder = try StateFolder(parent.file("state"))
        try folder.writer().write("a.key.pem", [1, 2, 3])
        #expect(mode(parent.file("state")) == 0o700)
        #expect(mode(parent.file("state/a.key.pem")) == 0o600)
        #expect(try folder.read("a.key.pem") == [1, 2, 3])
        #expect(try folder.names() == ["a.key.pem"])
        #expect(try folder.read("b.key.pem") == nil)
    }

    /// What is wrong with a folder or a file in it, how it is made, and the words that say so after its path.
    @Test(
        arguments: [
            ("chmod 755 state", "state: others may use it (mode 755); it has to be its owner's alone"),
            ("chmod 640 state/key", "state/key: others may use it (mode 640); it has to be its owner's alone"),
            ("chown 12345 state/key", "state/key: belongs to user 12345, not to 0"),
            ("mv state/key k && ln -s ../k state/key", "state/key: is a symbolic link"),
            ("mv state real && ln -s real state", "state: is a symbolic link"),
            ("rm state/key && mkfifo -m 600 state/key", "state/key: is not a file"),
            ("rm state/key && mkdir -m 700 state/key", "state/key: is not a file"),
            ("truncate -s 2000000 state/key", "state/key: larger than 1048576 bytes"),
            ("rm -r state && touch state", "state: is not a folder"),
        ]
    )
    func whatOthersCouldHaveTouchedIsRefused(_ damage: String, _ reason: String) throws {
        let parent = try TemporaryFolder()
        try StateFolder(parent.file("state")).writer().write("key", [1])
        try run("sh", "-c", "cd \(parent.path) && \(damage)")
        #expect(throws: TrustError("\(parent.path)/\(reason)")) {
            try StateFolder(parent.file("state") + "/").read("key")
        }
    }

    @Test func aFolderWithoutAParentIsNotMade() throws {
        let parent = try TemporaryFolder()
        #expect(throws: TrustError("\(parent.path)/a/b cannot be made: No such file or directory")) {
            try StateFolder(parent.file("a/b"))
        }
    }

    @Test(arguments: ["", ".", "..", ".hidden", "a/b", "../a", String(repeating: "n", count: 241)])
    func namesThatAreNoneAreRefused(_ name: String) throws {
        let parent = try TemporaryFolder()
        let folder = try StateFolder(parent.file("state"))
        #expect(throws: TrustError("\(name): not a name for a file")) { try folder.read(name) }
        #expect(throws: TrustError("\(name): not a name for a file")) { try folder.writer().write(name, [1]) }
    }

    /// The box starts as root and goes on as a user of its own, whose the folder is.
    @Test func whatRootWritesIsTheFolderOwners() throws {
        let parent = try TemporaryFolder()
        _ = try StateFolder(parent.file("state"))
        try run("chown", "12345:23456", parent.file("state"))
        try StateFolder(parent.file("state")).writer().write("key", [1])
        let owner = try processOutput(["stat", "-c", "%u %g %a", parent.file("state/key")]).text
        #expect(owner == "12345 23456 600\n")
        #expect(try StateFolder(parent.file("state")).read("key") == [1])
    }

    @Test func onlyOneWritesAtATime() throws {
        let parent = try TemporaryFolder()
        let folder = try StateFolder(parent.file("state"))
        do {
            let writer = try folder.writer()
            try writer.write("key", [1])
            #expect(throws: TrustError("\(folder.path): another process is changing it")) {
                _ = try StateWriter.acquire(try StateFolder(folder.path), patience: 0)
            }
            try writer.write("key", [2])
        }
        try StateWriter.acquire(folder, patience: 0).write("key", [3])
        #expect(try folder.read("key") == [3])
    }

    /// At each step of a write the folder is copied as it stands, which is what a power cut would leave. A copy holds the old
    /// file or the new one, and the next start finds nothing else in it.
    @Test func aPowerCutLeavesTheOldFileOrTheNewOne() throws {
        let parent = try TemporaryFolder()
        let path = parent.file("state")
        try StateFolder(path).writer().write("key", Array("old".utf8))
        let steps = Mutex<[StateWriter.Step]>([])
        let folder = try StateFolder(path) { step throws(TrustError) in
            _ = try? processOutput(["cp", "-a", path, "\(path)-\(step)"])
            steps.withLock { $0.append(step) }
        }
        try folder.writer().write("key", Array("new".utf8))
        #expect(steps.withLock { $0 } == StateWriter.Step.allCases)
        for step in StateWriter.Step.allCases {
            let copy = try StateFolder("\(path)-\(step)")
            let expected = step == .synchronizeFolder ? "new" : "old"
            #expect(try copy.read("key") == Array(expected.utf8), "\(step)")
            let hasLeftover = ![.create, .synchronizeFolder].contains(step)
            #expect(try copy.allNames().count == (hasLeftover ? 2 : 1), "\(step)")
            _ = try copy.writer()
            #expect(try copy.allNames() == ["key"], "\(step)")
        }
    }

    @Test func aLeftoverOfAnyLengthIsNoFile() throws {
        let parent = try TemporaryFolder()
        let folder = try StateFolder(parent.file("state"))
        for length in [0, 1, 500, 1704] {
            try parent.write("state/.new-box.key.pem", [UInt8](repeating: 0x2d, count: length))
            #expect(try folder.names() == [])
            #expect(try TrustStore(directory: folder.path).keyPairs.isEmpty)
        }
    }

    @Test(arguments: StateWriter.Step.allCases.dropLast())
    func aWriteThatFailsChangesNothing(_ failing: StateWriter.Step) throws {
        let parent = try TemporaryFolder()
        let path = parent.file("state")
        try StateFolder(path).writer().write("key", [1])
        let folder = try StateFolder(path) { step throws(TrustError) in
            if step == failing { throw TrustError("disk full") }
        }
        #expect(throws: TrustError("disk full")) { try folder.writer().write("key", [2]) }
        #expect(try folder.allNames() == ["key"])
        #expect(try folder.read("key") == [1])
    }

    @Test(
        arguments: ["a", "A", "_internal_myctl_SAST_0", "a.b", "a/b", "../a", ".", "a b", "a%2fb", "é", "%", "a\0"]
    )
    func anyNameHasAFileOfItsOwn(_ name: String) throws {
        for kind in StoredItem.Kind.allCases {
            let item = StoredItem(kind, name)
            let fileName = try item.fileName()
            #expect(StoredItem(fileName: fileName) == item)
            #expect(fileName.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "/") })
            #expect(!fileName.hasPrefix("."))
        }
    }

    @Test(arguments: ["", "key", "a.pem", ".key.pem", "a%2.key.pem", "a%ff.key.pem", "a%41.key.pem", "a.b.key.pem"])
    func otherFilesAreNoItems(_ fileName: String) { #expect(StoredItem(fileName: fileName) == nil) }

    @Test func namesTooLongToStoreAreRefused() {
        #expect(throws: TrustError.self) { try StoredItem(.key, String(repeating: ".", count: 67)).fileName() }
        #expect(throws: TrustError(": an empty name to be stored")) { try StoredItem(.key, "").fileName() }
    }
}
