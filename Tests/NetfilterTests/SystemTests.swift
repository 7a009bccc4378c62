import Glibc
import SystemCalls
import Testing

@testable import Netfilter

@Suite struct SystemTests {
    @Test func aProgramGetsItsInputAndIsHeard() throws {
        let text = String(repeating: "0123456789abcdef", count: 20_000)
        let result = try Subprocess.run("cat", [], input: text)
        #expect(result.exitCode == 0)
        #expect(result.output == text)
        #expect(result.errors == "")
    }

    @Test func aProgramsFailureIsHeardToo() throws {
        let result = try Subprocess.run("ls", ["/no such folder"])
        #expect(!result.succeeded)
        #expect(result.errors.contains("No such file or directory"))
    }

    @Test func anUnknownProgramIsNamed() {
        #expect(throws: Subprocess.Failure.notFound("no-such-program")) { try Subprocess.run("no-such-program", []) }
    }

    @Test func aProgramThatHangsIsEnded() {
        let before = MonotonicClock.now
        #expect(throws: Subprocess.Failure.timedOut("sleep", seconds: 1)) {
            try Subprocess.run("sleep", ["60"], seconds: 1)
        }
        #expect(MonotonicClock.now - before < 20_000_000_000)
    }

    @Test func nobodyIsKnownByNameAndNonsenseIsNot() {
        #expect(Privileges.Identity(named: "nobody")?.user == 65534)
        #expect(Privileges.Identity(named: "no such user") == nil)
    }
}
