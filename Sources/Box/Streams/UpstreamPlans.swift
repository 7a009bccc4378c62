import TLSProxy
import Wire

/// How the box reaches the call server for a phone: from the phone's own address, so that the server sees who it is.
struct UpstreamPlans: Sendable {
    /// `nil`: in the clear, as a cluster in nonsecure mode speaks.
    let secure: UpstreamTLS?

    var isSecure: Bool { secure != nil }

    func plan(to server: Endpoint, from source: IPAddress, isSecure: Bool) -> UpstreamPlan {
        var plan = UpstreamPlan(to: server, from: source)
        plan.isTransparent = true
        if isSecure { plan.tls = secure }
        return plan
    }
}
