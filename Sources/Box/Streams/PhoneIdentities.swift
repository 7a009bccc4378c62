import Synchronization
import TLSProxy
import Trust
import Wire

/// The certificates that stand for phones toward the call server (`client ldc`): made when a phone first comes, and kept
/// for when it comes again.
///
/// A signature takes as long as some hundred packets. So the terminator's own threads have it made, right behind a handshake
/// that took them longer than that; the packet thread finds it there.
final class PhoneIdentities: Sendable {
    fileprivate struct Entry {
        /// In DER.
        var certificate: [UInt8]
        /// From then on it is made anew; seconds since 1970.
        var renewal: Int64
    }

    /// By the digest of the phone's own certificate. What was not asked for since `recent` was last full goes when it is
    /// full again.
    fileprivate struct Entries {
        var recent: [[UInt8]: Entry] = [:]
        var older: [[UInt8]: Entry] = [:]
    }

    /// Certificates kept, of a kilobyte each.
    static let limit = 16_384
    /// Before its end, in seconds: a connection may stand that long.
    static let margin: Int64 = 86_400

    private let issuer: LocalCertificateIssuer
    private let key: TLSPrivateKey
    private let limit: Int
    private let entries = Mutex(Entries())

    init(_ issuer: LocalCertificateIssuer, limit: Int = PhoneIdentities.limit) throws(TLSProxyError) {
        self.issuer = issuer
        self.limit = limit
        key = try TLSPrivateKey(der: issuer.keyPair.der)
    }

    /// Who the box is for the phone whose certificate `phone` is, in DER; and the certificate that says so.
    func identity(for phone: [UInt8], at now: Timestamp) throws(InlineError) -> (TLSIdentity, certificate: [UInt8]) {
        let certificate: [UInt8]
        do throws(TrustError) {
            certificate = try self.certificate(for: phone, at: now)
        } catch {
            throw InlineError("no certificate for the phone: \(error)")
        }
        do throws(TLSProxyError) {
            return (try TLSIdentity(chain: [certificate], key: key), certificate)
        } catch {
            throw InlineError("no certificate for the phone: \(error)")
        }
    }

    /// Has the certificate made, unless it is there. What goes wrong with it is told to whoever needs it.
    func prepare(for phone: [UInt8], at now: Timestamp) { _ = try? certificate(for: phone, at: now) }

    func certificate(for phone: [UInt8], at now: Timestamp) throws(TrustError) -> [UInt8] {
        let name = Fingerprint.sha256.of(phone)
        if let entry = entries.withLock({ $0.find(name) }), now.nanoseconds / 1_000_000_000 < entry.renewal {
            return entry.certificate
        }
        // Two threads may make one each for the same phone: both are good.
        let made = try issuer.certificate(for: phone, at: now)
        let entry = Entry(certificate: made.der, renewal: made.notAfter - Self.margin)
        entries.withLock { $0.keep(entry, name, limit: limit) }
        return made.der
    }

    /// How many are kept.
    var count: Int { entries.withLock { $0.recent.count + $0.older.count } }
}

extension PhoneIdentities.Entries {
    fileprivate mutating func find(_ name: [UInt8]) -> PhoneIdentities.Entry? {
        if let entry = recent[name] { return entry }
        guard let entry = older.removeValue(forKey: name) else { return nil }
        recent[name] = entry
        return entry
    }

    fileprivate mutating func keep(_ entry: PhoneIdentities.Entry, _ name: [UInt8], limit: Int) {
        older[name] = nil
        if recent.count >= max(1, limit / 2), recent[name] == nil { (older, recent) = (recent, [:]) }
        recent[name] = entry
    }
}
