import TLSProxy
import Wire

/// How the box reaches the call server for a phone: from the phone's own address, so that the server sees who it is.
struct UpstreamPlans: Sendable {
    /// Who the box says that it is, where the server asks.
    enum Identity: Sendable {
        /// Nobody.
        case none
        /// `client trust-point`.
        case fixed(TLSIdentity)
        /// `client ldc`.
        case perPhone(PhoneIdentities)
    }

    /// `nil`: in the clear, as a cluster in nonsecure mode speaks.
    var context: TLSClientContext?
    var identity = Identity.none

    var isSecure: Bool { context != nil }

    /// For the terminator's own threads: what takes a while for a phone whose certificate is good.
    func prepare(_ event: HandStreamEvent, at now: @autoclosure () -> Timestamp) {
        guard case .perPhone(let identities) = identity, case .handshakeFinished(_, .phone, let facts) = event,
            let certificate = facts.provenCertificate
        else { return }
        identities.prepare(for: certificate, at: now())
    }

    /// How `server` is reached, and the certificate in DER that stands for the phone there, if one does.
    ///
    /// - Parameter phone: the phone's certificate in DER; `nil` where none was asked for.
    func plan(
        to server: Endpoint, from source: IPAddress, isSecure: Bool, for phone: [UInt8]?, at now: Timestamp
    ) throws(InlineError) -> (plan: UpstreamPlan, certificate: [UInt8]?) {
        var plan = UpstreamPlan(to: server, from: source)
        plan.isTransparent = true
        guard isSecure, let context else { return (plan, nil) }
        switch identity {
        case .none: plan.tls = UpstreamTLS(context)
        case .fixed(let identity): plan.tls = UpstreamTLS(context, identity: identity)
        case .perPhone(let identities):
            let own = try phone.map { (phone) throws(InlineError) in try identities.identity(for: phone, at: now) }
            plan.tls = UpstreamTLS(context, identity: own?.0)
            return (plan, own?.certificate)
        }
        return (plan, nil)
    }
}
