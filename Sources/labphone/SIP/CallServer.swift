import Box
import CLinux
import Glibc
import Wire

/// The call server's side, small: a registrar over UDP and TCP that answers every call itself and can call who is registered.
final class CallServer: SIPAgent {
    struct Binding {
        var contact: String
        var link: SIPLink
        /// Where UDP goes.
        var source: Endpoint
        var expires: Timestamp
    }

    private let bound: Endpoint
    private let listener: Int32
    private var datagrams: SIPLink?
    private var connections: [ObjectIdentifier: SIPLink] = [:]
    private(set) var bindings: [String: Binding] = [:]
    private(set) var registrations = 0
    private(set) var refused = 0

    private static let maximumExpires = 3600

    init(
        _ loop: EventLoop, on endpoint: Endpoint, _ calls: CallSettings, reported: @escaping (CallReport) -> Void
    ) throws(LabError) {
        bound = endpoint
        listener = try SocketAddress.open(SOCK_STREAM)
        super.init(loop, address: endpoint.address, calls, reported: reported)
        SocketAddress.setOption(listener, SOL_SOCKET, SO_REUSEADDR, 1)
        guard SocketAddress.bind(listener, to: endpoint), listen(listener, 1024) == 0 else {
            throw .last("listen on \(endpoint)")
        }
        _ = try loop.watch(listener) { [unowned self] in acceptAll() }
        datagrams = try SIPLink(loop, datagrams: BoundSocket(endpoint), deliver: deliver)
    }

    private func deliver(_ message: SIPMessage, _ link: SIPLink, _ source: Endpoint) {
        receive(message, over: link, from: source)
    }

    private func acceptAll() {
        while true {
            guard let accepted = unsafe SocketAddress.filled(by: { unsafe Int(accept(listener, $0, $1)) }) else {
                return
            }
            let stream = PlainStream(accepted: Int32(accepted.result))
            var ended: (String) -> Void = { _ in }
            guard
                let link = try? SIPLink(
                    loop, stream: stream, .tcp, peer: accepted.endpoint, deliver: deliver, ended: { ended($0) })
            else { continue }
            let id = ObjectIdentifier(link)
            connections[id] = link
            ended = { [unowned self] _ in forget(id) }
        }
    }

    private func forget(_ id: ObjectIdentifier) {
        // Not at once: it is the link itself that says so.
        loop.after(0) { [self] in connections[id] = nil }
        bindings = bindings.filter { ObjectIdentifier($0.value.link) != id }
    }

    override func receive(outside request: SIPMessage, over link: SIPLink, from source: Endpoint) {
        guard request.method == "REGISTER" else { return super.receive(outside: request, over: link, from: source) }
        let user = SIPText.user(of: SIPText.uri(of: request["to"] ?? ""))
        let contact = request.all("contact").first ?? ""
        let asked = SIPText.parameter("expires", of: contact) ?? request["expires"] ?? "60"
        guard !user.isEmpty, !contact.isEmpty, let seconds = Int(asked), seconds >= 0 else {
            refused += 1
            return link.send(request.response(400, "Bad Request", tag: SIPText.token()), to: source)
        }
        registrations += 1
        let expires = min(seconds, Self.maximumExpires)
        if expires == 0 {
            bindings[user] = nil
        } else {
            bindings[user] = Binding(
                contact: SIPText.uri(of: contact), link: link, source: source,
                expires: loop.now.adding(seconds: expires))
        }
        var response = request.response(200, "OK", tag: SIPText.token())
        if expires > 0 { response.add("contact", "<\(SIPText.uri(of: contact))>;expires=\(expires)") }
        link.send(response, to: source)
    }

    /// Calls a user who is registered; `false` when nobody is.
    func call(_ user: String, as caller: String) -> Bool {
        guard let binding = bindings[user], binding.expires > loop.now else { return false }
        let next = SIPText.endpoint(of: binding.contact) ?? binding.source
        call(
            "sip:\(user)@\(bound.address)", target: binding.contact, as: caller,
            local: "sip:\(caller)@\(bound.address)", over: binding.link, to: next)
        return true
    }
}
