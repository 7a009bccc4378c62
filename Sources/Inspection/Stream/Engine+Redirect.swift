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

/// Connections that are inspected as streams without a phone proxy: Skinny, whose messages span segments. A connection's
/// first packet is judged as any other's, and then goes on as it came, marked: the kernel hands the connection to the hand
/// that carries streams, which goes on to the server from the address that the phone has there.
extension Engine {
    /// Whether a connection that may pass goes to the hand, and not on by itself. Only IPv4 does.
    func isPlainStream(
        _ question: AccessPolicy.Question, from ingress: InterfaceIndex, to egress: InterfaceIndex?
    ) -> Bool {
        settings.hasStreamHand && question.source.address.isV4
            && classifier.skinnyInspection(question, from: ingress, to: egress) != nil
    }

    /// The server that a phone on `interface` has asked for in the clear; `nil`: no inspection is meant for it.
    func plainService(
        of destination: Endpoint, for phone: Endpoint, on interface: InterfaceIndex
    ) -> SignallingService? {
        let key = FlowKey(
            source: phone.address, destination: destination.address, sourcePort: phone.port,
            destinationPort: destination.port, transport: .tcp, interface: interface)
        guard let path = try? findPath(key), let egress = path.egress else { return nil }
        let question = AccessPolicy.Question(
            transport: .tcp, source: phone, mappedSource: path.source.address, destination: destination,
            realDestination: path.destination)
        guard let found = classifier.skinnyInspection(question, from: interface, to: egress) else { return nil }
        return SignallingService(
            signalling: .skinny, interface: interface, mapped: destination, clear: path.destination,
            secure: path.destination, serverInterface: egress, policy: SIPInspectionMap(name: ""),
            skinnyPolicy: found.policy, classMap: found.classMap, plainSource: path.source.address)
    }
}
