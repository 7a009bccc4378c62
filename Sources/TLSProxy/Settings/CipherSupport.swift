import ConfigLanguage

/// What OpenSSL as built cannot do of what a configuration asks for, so that it is said before a phone finds out.
public enum CipherSupport {
    /// Those of `policy` that do not exist here; single DES and RC4 have left most builds.
    public static func missing(in policy: TLSPolicy) -> [SSLCipher] {
        let available = Set(CipherNames.available.values)
        return (policy.ciphers ?? []).filter { !available.contains($0.openSSLName) }
    }

    /// Whether a connection can come of `policy` at all.
    public static func isUsable(_ policy: TLSPolicy) -> Bool {
        guard policy.minimum <= policy.maximum else { return false }
        guard let ciphers = policy.ciphers, policy.maximum < .tls13 else { return true }
        return missing(in: policy).count < ciphers.count
    }
}
