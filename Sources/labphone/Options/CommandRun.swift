import ArgumentParser
import Box
import Glibc
import SystemCalls

/// How a command of test equipment ends.
enum CommandRun {
    /// Ends with 1 when `body` says that something did not go as it should, or when the system refuses something.
    static func finish(_ body: () throws -> Bool) throws {
        OpenFiles.allow(.max)
        do {
            guard try body() else { throw ExitCode.failure }
        } catch let error as LabError {
            Console.error("error: \(error)")
            throw ExitCode.failure
        }
    }

    /// Prints one JSON object; with `onlySummary` none about a single phone or call.
    private static let summaries: Set<String> = ["settled", "round", "summary"]

    static func printer(onlySummary: Bool) -> (JSONValue) -> Void {
        { value in
            if case .object(let members) = value, onlySummary, !summaries.contains(members.first?.0 ?? "") { return }
            Console.print(value.compact)
        }
    }
}
