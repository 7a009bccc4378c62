import ConfigLanguage
import Wire

/// Packets of phones to a secure service of the phone proxy (`app-redirect`). The kernel hands their connection to the TLS
/// hand, so they pass as they are: no access list is asked, nothing is translated, and no flow is kept, since the
/// answers are not seen here.
extension Engine {
    /// The verdict on a packet to a secure service; `nil`: it is to none.
    mutating func redirect(_ headers: PacketHeaders, _ key: FlowKey) -> Verdict? {
        guard let tcp = headers.tcp, services.find(key.destinationEndpoint, on: key.interface) != nil else {
            return nil
        }
        var verdict = Verdict.forward(key.interface)
        verdict.trafficClass = .appRedirect
        guard tcp.flags.isFirstSYN else { return verdict }
        do throws(Refusal) {
            try checkAddresses(key)
            try checkFileRequest(key)
        } catch {
            return refuse(verdict, error.reason)
        }
        counters.streams.redirected &+= 1
        return verdict
    }

    /// The original's rule, where the configuration asks for it: a phone's files come first, and make its entry.
    private func checkFileRequest(_ key: FlowKey) throws(Refusal) {
        guard configuration.phoneProxy?.requiresFileRequest == true else { return }
        guard phones.isKnown(at: key.source, on: key.interface) else { throw Refusal(.phoneProxyNoSecurePhone) }
    }
}
