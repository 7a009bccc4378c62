import COpenSSL
import CTLSLibrary
import ConfigLanguage

/// What all connections of one side have in common: an `SSL_CTX` that no longer changes. Any number of threads may make
/// connections from it.
///
/// This file is one of the thin wrappers around C.
@safe
package final class TLSContext: @unchecked Sendable {
    package enum Role {
        case server
        case client
    }

    let pointer: OpaquePointer
    let role: Role
    /// Names of ``anchors``.
    let anchorNames: [String]
    let anchors: [X509Object]
    let maximumKeyBits: Int
    /// OpenSSL's names, in order of preference.
    let ciphers: [String]
    /// TLS versions before 1.2, weak ciphers or weak certificates.
    let isWeak: Bool

    private init(
        _ role: Role, _ policy: TLSPolicy, isWeak: Bool, presentsWeak: Bool = false, anchors: [TrustAnchor],
        maximumKeyBits: Int
    ) throws(TLSProxyError) {
        let objects = try anchors.map { (anchor) throws(TLSProxyError) in try X509Object(der: anchor.der) }
        let method = unsafe role == .server ? TLS_server_method() : TLS_client_method()
        guard let made = unsafe SSL_CTX_new_ex(CTLSLibrary_shared(), nil, method) else {
            throw OpenSSLErrors.take("TLS cannot be used")
        }
        unsafe pointer = made
        self.role = role
        self.anchors = objects
        self.isWeak = isWeak
        self.maximumKeyBits = maximumKeyBits
        anchorNames = anchors.map(\.name)
        do throws(TLSProxyError) {
            try unsafe TLSContextSettings.apply(policy, isWeak: isWeak, presentsWeak: presentsWeak, to: made)
            try unsafe TLSContextSettings.trust(objects, in: made)
        } catch {
            unsafe SSL_CTX_free(made)
            throw error
        }
        ciphers = unsafe CipherNames.usable(in: made)
    }

    deinit { unsafe SSL_CTX_free(pointer) }

    package convenience init(_ settings: TLSServerSettings, _ limits: StreamLimits) throws(TLSProxyError) {
        try self.init(
            .server, settings.policy, isWeak: settings.policy.isLegacy || settings.acceptsWeakCertificates,
            anchors: settings.anchors, maximumKeyBits: settings.maximumKeyBits)
        guard unsafe settings.identity.use(for: pointer) else {
            throw OpenSSLErrors.take("the certificate cannot be used with this policy")
        }
        if settings.demandsCertificate {
            unsafe PeerVerification.demand(in: pointer, orFail: true)
            try unsafe TLSContextSettings.announce(self.anchors, in: pointer)
        }
        unsafe HelloReading.observe(in: pointer)
        unsafe TLSContextSettings.keepSessions(
            limits.resumableSessions, seconds: limits.resumableSeconds, in: pointer)
    }

    package convenience init(_ settings: TLSClientSettings) throws(TLSProxyError) {
        try self.init(
            .client, settings.policy, isWeak: settings.policy.isLegacy || settings.acceptsWeakCertificates,
            presentsWeak: settings.presentsWeakCertificates, anchors: settings.anchors,
            maximumKeyBits: settings.maximumKeyBits)
        if settings.verifiesServer { unsafe PeerVerification.demand(in: pointer, orFail: false) }
        unsafe HelloReading.observeRequests(in: pointer)
        unsafe TLSContextSettings.keepSessions(0, seconds: 0, in: pointer)
    }
}

/// What call servers meet, ready for use; made once for many connections.
public final class TLSClientContext: Sendable {
    let context: TLSContext

    public init(_ settings: TLSClientSettings) throws(TLSProxyError) { context = try TLSContext(settings) }

    /// OpenSSL's names of what is proposed, in order of preference (message 725009).
    public var ciphers: [String] { context.ciphers }
}
