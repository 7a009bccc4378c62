import CCares
import ConfigLanguage
import Glibc
import Wire

/// Why names can not be looked up at all.
public struct ResolverError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ status: Int32, _ what: String) {
        description = "\(what): \(unsafe String(cString: ares_strerror(status)))"
    }
}

/// Looks hosts' names up with the servers of `dns name-server`, several at a time (RFC 1035, by c-ares).
///
/// It has no thread of its own and belongs to one: ``ask(_:_:)`` starts a question, ``wait(atMost:watching:)`` lets the
/// questions go on, and ``takeAnswers()`` has what came of them. Every question is answered, by c-ares' own timeouts if by
/// nobody else. Only the servers of the configuration are asked: not /etc/hosts, and not those of /etc/resolv.conf.
@safe
public final class Resolver {
    public struct Answer: Hashable, Sendable {
        public enum Result: Hashable, Sendable {
            case address(IPAddress)
            /// In c-ares' words, or ours.
            case failed(String)
        }

        /// As given to ``Resolver/ask(_:_:)``.
        public var id: UInt64
        public var result: Result
    }

    /// Questions that may be under way; one more is refused.
    public static let limit = 256

    private var channel: ares_channel
    private var answers: [Answer] = []
    private var underWay = 0

    /// - Parameter port: that of the servers; only tests have another.
    public init(_ settings: DNSSettings, port: UInt16 = 53) throws(ResolverError) {
        let status = ares_library_init(ARES_LIB_INIT_ALL)
        guard status == 0 else { throw ResolverError(status, "c-ares") }
        do throws(ResolverError) {
            unsafe channel = try Self.open(settings, port)
        } catch {
            ares_library_cleanup()
            throw error
        }
    }

    deinit {
        // Ends every question with an answer, for which there is no taker any more.
        unsafe ares_destroy(channel)
        ares_library_cleanup()
    }

    private static func open(_ settings: DNSSettings, _ port: UInt16) throws(ResolverError) -> ares_channel {
        var options = unsafe ares_options()
        unsafe options.timeout = Int32(clamping: settings.timeout * 1000)
        // The first time counts as well.
        unsafe options.tries = Int32(clamping: settings.retries + 1)
        var mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_DOMAINS
        if settings.domainName == nil { mask |= ARES_OPT_FLAGS }
        unsafe options.flags = ARES_FLAG_NOSEARCH
        // DNS alone, and no search domains but our own. c-ares copies the texts.
        let lookups = unsafe strdup("b")
        let domain = unsafe strdup(settings.domainName ?? "")
        defer {
            unsafe free(lookups)
            unsafe free(domain)
        }
        unsafe options.lookups = unsafe lookups
        unsafe options.ndomains = settings.domainName == nil ? 0 : 1
        var channel: ares_channel?
        var domains = unsafe domain
        let status = unsafe withUnsafeMutablePointer(to: &domains) { domains in
            unsafe options.domains = unsafe domains
            return unsafe ares_init_options(&channel, &options, mask)
        }
        guard status == 0, let channel = unsafe channel else { throw ResolverError(status, "c-ares") }
        let servers = settings.servers.map { $0.isV4 ? "\($0):\(port)" : "[\($0)]:\(port)" }.joined(separator: ",")
        let named = unsafe ares_set_servers_ports_csv(channel, servers)
        guard named == 0 else {
            unsafe ares_destroy(channel)
            throw ResolverError(named, "name servers \(servers)")
        }
        return unsafe channel
    }

    // MARK: Questions

    /// Asks for a host's address; an IPv4 one, if it has both.
    public func ask(_ id: UInt64, _ host: String) {
        guard let name = HostName(host) else { return answer(id, .failed("not a host's name")) }
        guard underWay < Self.limit else { return answer(id, .failed("too many names are being looked up")) }
        underWay += 1
        let question = unsafe Unmanaged.passRetained(Question(id: id, resolver: self))
        var hints = ares_addrinfo_hints()
        hints.ai_family = AF_UNSPEC
        hints.ai_flags = ARES_AI_NOSORT
        unsafe ares_getaddrinfo(
            channel, name.text, nil, &hints,
            { context, status, _, found in
                guard let context = unsafe context else { return }
                let question = unsafe Unmanaged<Question>.fromOpaque(context).takeRetainedValue()
                let result = unsafe Resolver.result(status, found)
                if let found = unsafe found { unsafe ares_freeaddrinfo(found) }
                question.end(result)
            }, question.toOpaque())
    }

    /// One question, as long as c-ares has it.
    private final class Question {
        let id: UInt64
        /// Gone when the question is ended by the resolver's own end.
        weak var resolver: Resolver?

        init(id: UInt64, resolver: Resolver) {
            self.id = id
            self.resolver = resolver
        }

        func end(_ result: Answer.Result) {
            resolver?.underWay -= 1
            resolver?.answer(id, result)
        }
    }

    private func answer(_ id: UInt64, _ result: Answer.Result) { answers.append(Answer(id: id, result: result)) }

    private static func result(_ status: Int32, _ found: UnsafeMutablePointer<ares_addrinfo>?) -> Answer.Result {
        guard status == 0 else { return .failed(unsafe String(cString: ares_strerror(status))) }
        var first: IPAddress?
        var node = unsafe found?.pointee.nodes
        while let current = unsafe node {
            if let address = unsafe IPAddress(current.pointee.ai_addr) {
                if address.isV4 { return .address(address) }
                first = first ?? address
            }
            unsafe node = current.pointee.ai_next
        }
        return first.map { .address($0) } ?? .failed("the name has no address")
    }

    // MARK: Waiting

    /// Whether questions are under way.
    public var isBusy: Bool { underWay > 0 }

    /// What came of the questions since this was asked last.
    public func takeAnswers() -> [Answer] {
        defer { answers = [] }
        return answers
    }

    /// Waits until something comes from a server, `descriptor` can be read, or `milliseconds` (-1: for ever) are over; then lets
    /// the questions go on. Returns whether `descriptor` can be read.
    public func wait(atMost milliseconds: Int32, watching descriptor: Int32) -> Bool {
        var sockets = [ares_socket_t](repeating: -1, count: Int(ARES_GETSOCK_MAXNUM))
        let states = unsafe sockets.withUnsafeMutableBufferPointer { buffer in
            unsafe ares_getsock(channel, buffer.baseAddress, Int32(buffer.count))
        }
        var polled = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
        for (place, socket) in sockets.enumerated() {
            let reads = states & (1 << Int32(place)) != 0
            let writes = states & (1 << Int32(place + sockets.count)) != 0
            guard reads || writes else { continue }
            let events = (reads ? POLLIN : 0) | (writes ? POLLOUT : 0)
            polled.append(pollfd(fd: socket, events: Int16(events), revents: 0))
        }
        let patience = patience(atMost: milliseconds)
        let count = nfds_t(polled.count)
        let ready = unsafe polled.withUnsafeMutableBufferPointer { unsafe poll($0.baseAddress, count, patience) }
        goOn(polled.dropFirst().filter { $0.revents != 0 && ready > 0 })
        return ready > 0 && polled[0].revents != 0
    }

    /// c-ares has timeouts of its own.
    private func patience(atMost milliseconds: Int32) -> Int32 {
        var next = timeval()
        guard unsafe ares_timeout(channel, nil, &next) != nil else { return milliseconds }
        // c-ares counts in whole milliseconds, cut off: a wait that is over too early is a wait for nothing.
        let due = Int32(clamping: next.tv_sec * 1000 + next.tv_usec / 1000 + 1)
        return milliseconds < 0 ? due : min(due, milliseconds)
    }

    private func goOn(_ ready: [pollfd]) {
        for entry in ready {
            let reads = entry.revents & Int16(POLLIN | POLLERR | POLLHUP) != 0
            let writes = entry.revents & Int16(POLLOUT) != 0
            unsafe ares_process_fd(channel, reads ? entry.fd : -1, writes ? entry.fd : -1)
        }
        // Timeouts, too, are seen to here.
        if ready.isEmpty { unsafe ares_process_fd(channel, -1, -1) }
    }
}
