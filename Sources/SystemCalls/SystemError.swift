import CLinux
import Glibc

/// A system call that failed: which, and with what number. The one place where errno becomes text.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The call, as its manual page names it, with what it was for where that is not plain: `bind queue 5060`.
    public var operation: String
    public var number: Int32

    public init(_ operation: String, _ number: Int32) {
        self.operation = operation
        self.number = number
    }

    /// The last failure of the calling thread.
    public static func last(_ operation: String) -> SystemError { SystemError(operation, errno) }

    /// For example `sendmsg: EPERM: Operation not permitted`.
    public var description: String { "\(operation): \(Self.text(number))" }

    /// `EPERM`, or the number where the system has no name for it.
    public static func name(_ number: Int32) -> String {
        unsafe CLinux_errorName(number).map { unsafe String(cString: $0) } ?? "error \(number)"
    }

    /// `EPERM: Operation not permitted`.
    public static func text(_ number: Int32) -> String {
        guard let description = unsafe CLinux_errorDescription(number) else { return name(number) }
        return "\(name(number)): \(unsafe String(cString: description))"
    }
}
