import COpenSSL
import Glibc
import Synchronization

/// What OpenSSL has allocated and not freed, in pieces.
public enum OpenSSLMemory {
    private static let pieces = Atomic(0)
    private static let rounds = 20

    /// Only before OpenSSL allocates anything.
    public static func count() throws {
        let isSet = unsafe CRYPTO_set_mem_functions(
            { size, _, _ in
                OpenSSLMemory.pieces.add(1, ordering: .relaxed)
                return unsafe malloc(size)
            },
            { piece, size, _, _ in
                if unsafe piece == nil { OpenSSLMemory.pieces.add(1, ordering: .relaxed) }
                guard size == 0 else { return unsafe realloc(piece, size) }
                OpenSSLMemory.pieces.subtract(1, ordering: .relaxed)
                unsafe free(piece)
                return nil
            },
            { piece, _, _ in
                if unsafe piece != nil { OpenSSLMemory.pieces.subtract(1, ordering: .relaxed) }
                unsafe free(piece)
            })
        guard isSet == 1 else { throw OpenSSLLeak("OpenSSL's memory cannot be counted") }
    }

    /// The first rounds fill OpenSSL's caches.
    public static func staysTheSame(_ body: () throws -> Void) throws {
        for _ in 0..<3 { try body() }
        let before = pieces.load(ordering: .relaxed)
        for _ in 0..<rounds { try body() }
        let growth = pieces.load(ordering: .relaxed) - before
        guard growth < rounds, before > 0 else { throw OpenSSLLeak("\(growth) pieces in \(rounds) rounds") }
    }
}

/// What did not work, or what was left behind.
public struct OpenSSLLeak: Error {
    public let reason: String

    public init(_ reason: String) { self.reason = reason }
}
