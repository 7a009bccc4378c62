import CLinux
import Glibc
import SystemCalls

/// Giving up root, and keeping what the box needs to go on working.
///
/// CAP_NET_ADMIN stays: the kernel ignores verdicts without it, and rules must be removable at the end. CAP_NET_RAW
/// stays for ``Injector``. Both are ambient, so that `nft`, `iptables` and `ip` have them too when they are run later.
public enum Privileges {
    /// Whom the process becomes.
    public struct Identity: Hashable, Sendable {
        public var user: UInt32
        public var group: UInt32

        public init(user: UInt32, group: UInt32) {
            self.user = user
            self.group = group
        }

        /// 65534, by convention the user without any rights.
        public static let nobody = Identity(user: 65534, group: 65534)

        /// A user of this system by name; `nil` when there is none.
        public init?(named name: String) {
            var entry = unsafe passwd()
            var found: UnsafeMutablePointer<passwd>?
            var memory = [CChar](repeating: 0, count: 16384)
            guard unsafe getpwnam_r(name, &entry, &memory, memory.count, &found) == 0, unsafe found != nil else {
                return nil
            }
            unsafe self.init(user: entry.pw_uid, group: entry.pw_gid)
        }
    }

    static let kept: [Int32] = [CAP_NET_ADMIN, CAP_NET_RAW]

    /// The kept capabilities as bits.
    static var keptMask: UInt64 { kept.reduce(0) { $0 | 1 << UInt64($1) } }

    /// Becomes `identity`, for good.
    ///
    /// Call it before other threads are started: glibc changes the identity of all threads, but capabilities belong
    /// to the calling one, and a thread that exists already is left with none. Threads started later inherit them.
    /// From here on the process can not be traced or dump core, which keeps keys in its memory from other processes
    /// of the same user.
    public static func drop(to identity: Identity = .nobody) throws(SystemError) {
        // Capabilities would go with the last root identity.
        try check(CLinux_prctl(PR_SET_KEEPCAPS, 1, 0), "PR_SET_KEEPCAPS")
        try check(setgroups(0, nil), "setgroups")
        try check(CLinux_setresgid(identity.group), "setresgid")
        try check(CLinux_setresuid(identity.user), "setresuid")
        try check(CLinux_capset(keptMask, keptMask, keptMask), "capset")
        for capability in kept {
            try check(
                CLinux_prctl(PR_CAP_AMBIENT, UInt(PR_CAP_AMBIENT_RAISE), UInt(capability)), "PR_CAP_AMBIENT_RAISE")
        }
        // No program that is run later can win back more, whatever file bits it has.
        try check(CLinux_prctl(PR_SET_NO_NEW_PRIVS, 1, 0), "PR_SET_NO_NEW_PRIVS")
        try check(CLinux_prctl(PR_SET_DUMPABLE, 0, 0), "PR_SET_DUMPABLE")
    }

    /// The calling thread's effective capabilities, as bits.
    static func effective() throws(SystemError) -> UInt64 {
        var permitted: UInt64 = 0
        var effective: UInt64 = 0
        var inheritable: UInt64 = 0
        try check(unsafe CLinux_capget(&permitted, &effective, &inheritable), "capget")
        return effective
    }

    private static func check(_ result: Int32, _ operation: String) throws(SystemError) {
        guard result == 0 else { throw SystemError.last(operation) }
    }
}
