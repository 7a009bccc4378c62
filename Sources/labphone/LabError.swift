import CLinux
import Glibc
import SystemCalls

/// What ends a whole run: the system refuses a socket or a file. Never anything that a server sends.
struct LabError: Error, CustomStringConvertible {
    var description: String

    /// The calling thread's last error.
    static func last(_ operation: String) -> LabError {
        let text = unsafe CLinux_errorDescription(errno).map { unsafe String(cString: $0) }
        return LabError(description: "\(operation): \(text ?? "error \(errno)")")
    }

    /// The same, of a call that reports what failed by itself.
    static func unless<Result>(_ call: () throws(SystemError) -> Result) throws(LabError) -> Result {
        do throws(SystemError) {
            return try call()
        } catch {
            throw LabError(description: error.description)
        }
    }
}
