import ConfigLanguage
import TLSProxy
import TestSupport
import Testing
import Trust
import Wire

@testable import Box

/// Certificates that stand for phones are made once, kept in bounds, and made anew before they end.
@Suite struct PhoneIdentityTests {
    /// Any certificates do for phones'.
    private func phones(_ count: Int) throws -> [[UInt8]] {
        let key = try PrivateKey.generateRSA(bits: 512)
        return try (0..<count).map { number in
            let template = CertificateTemplate(subject: DistinguishedName([.init(.commonName, "SEP\(number)")]))
            return try CertificateIssuing.selfSigned(template, key: key, at: WallClock.now).der
        }
    }

    @Test func aPhoneThatComesAgainHasTheSame() throws {
        let authority = try LocalAuthority()
        let phone = try phones(1)[0]
        let now = WallClock.now
        authority.identities.prepare(for: phone, at: now)
        let first = try authority.identities.certificate(for: phone, at: now)
        #expect(try authority.identities.certificate(for: phone, at: now.adding(seconds: 364 * 86_400 - 1)) == first)
        #expect(authority.identities.count == 1)
        // A day before its end, and no connection outlives it.
        let later = now.adding(seconds: 364 * 86_400)
        let second = try Certificate(der: authority.identities.certificate(for: phone, at: later))
        #expect(second.der != first)
        #expect(second.notAfter > later.nanoseconds / 1_000_000_000 + 364 * 86_400)
        #expect(authority.identities.count == 1)
        #expect(try authority.identities.identity(for: phone, at: now).certificate == second.der)
    }

    @Test func manyPhonesAreKeptInBounds() throws {
        let authority = try LocalAuthority(limit: 8)
        let now = WallClock.now
        let phones = try phones(20)
        let favourite = try authority.identities.certificate(for: phones[0], at: now)
        for phone in phones {
            _ = try authority.identities.certificate(for: phone, at: now)
            // What is asked for again and again stays.
            #expect(try authority.identities.certificate(for: phones[0], at: now) == favourite)
            #expect(authority.identities.count <= 8)
        }
        #expect(authority.identities.count >= 4)
    }

    @Test func whatCanNotBeMadeIsSaid() throws {
        let authority = try LocalAuthority()
        authority.identities.prepare(for: [1, 2, 3], at: WallClock.now)
        #expect(throws: InlineError.self) { try authority.identities.identity(for: [1, 2, 3], at: WallClock.now) }
        #expect(authority.identities.count == 0)
    }
}
