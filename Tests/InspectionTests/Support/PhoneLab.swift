import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

extension Configuration {
    /// The first example: remote phones outside, call server and TFTP server on one host inside, seen as 10.10.0.26.
    static func phoneProxy(attachedTo interface: String? = "outside") throws -> Configuration {
        var configuration = try Configuration.box()
            .translating("192.0.2.101", to: "10.10.0.26")
            .translating("2001:db8:1::101", to: "2001:db8:2::26")
            .listing([try entry(.permit, .udp, eq: 69)], on: "outside")
        var proxy = PhoneProxyDefinition(name: "mypp")
        proxy.tftpServers = [
            .init(address: try address("192.0.2.101"), interface: "inside"),
            .init(address: try address("2001:db8:1::101"), interface: "inside"),
        ]
        proxy.ctlFile = "myctl"
        configuration.phoneProxy = proxy
        configuration.attachPhoneProxy(to: interface)
        return configuration
    }

    /// `inspect skinny phone-proxy mypp` in a policy on one interface, or in the global one beside the default inspection.
    mutating func attachPhoneProxy(to interface: String?) {
        classMaps["sec_sccp"] = ClassMap(name: "sec_sccp", matches: [.port(.tcp, PortMatch(2443, 2443))])
        let policy = PolicyMap.Class(
            classMap: "sec_sccp", inspections: [PolicyMap.Inspection(engine: .skinny, phoneProxy: "mypp")])
        if let interface {
            policyMaps["pp_policy"] = PolicyMap(name: "pp_policy", classes: [policy])
            servicePolicies.append(ServicePolicy(policyMap: "pp_policy", interface: interface))
        } else {
            policyMaps["inspection"]?.classes.append(policy)
        }
    }
}

/// A box with phones on one side and a TFTP server on the other, and hands that sign and look names up. Packets travel
/// until nobody has anything more to say.
final class PhoneLab {
    let box: TestBox
    let server: ScriptedServer
    private(set) var phones: [IPAddress: BootingPhone] = [:]
    /// Errands that were not done at once.
    private(set) var waiting: [Errand] = []
    var signsAtOnce = true
    var addresses: [String: IPAddress] = [:]
    var resolvesAtOnce = true
    /// Names of the files that were signed, in order.
    private(set) var signatures: [String] = []
    /// Packets that left the box, as `interface source > destination`.
    private(set) var sent: [(interface: String, packet: [UInt8])] = []
    /// Packets for the phones' side are lost.
    var losesToPhones = false

    static let trustList: [UInt8] = Array("the trust list ".utf8) + [UInt8](repeating: 0x5a, count: 1300)

    init(
        _ configuration: Configuration, server: String = "192.0.2.101:69", seed: UInt64 = 0,
        _ change: (inout EngineSettings) -> Void = { _ in }
    ) throws {
        box = TestBox(configuration, seed: seed) {
            $0.trustList = Self.trustList
            $0.phoneFileLimit = 256
            change(&$0)
        }
        self.server = ScriptedServer(try endpoint(server))
    }

    func phone(_ text: String = "98.208.49.30", server: String = "10.10.0.26:69") throws -> BootingPhone {
        let phone = BootingPhone(try address(text), server: try endpoint(server))
        phones[phone.address] = phone
        return phone
    }

    /// A phone asks for a file, and everything that follows from it at once happens.
    @discardableResult
    func ask(
        _ phone: BootingPhone, _ file: String, options: TFTPBytes.Options = [], mode: String = "octet",
        on interface: String = "outside"
    ) -> TestBox.Outcome {
        phone.nextPort()
        return send(phone.request(TFTPBytes.readRequest(file, mode: mode, options: options)), on: interface)
    }

    /// Sends a packet into the box, and lets things happen.
    @discardableResult
    func send(_ packet: [UInt8], on interface: String) -> TestBox.Outcome {
        let outcome = box.send(packet, on: interface)
        var pending = departures(outcome)
        settleErrands(&pending)
        while !pending.isEmpty {
            let (interface, packet) = pending.removeFirst()
            sent.append((interface, packet))
            for answer in answers(to: packet, on: interface) {
                pending += departures(box.send(answer, on: interface))
                settleErrands(&pending)
            }
        }
        return outcome
    }

    /// Lets time pass, second by second.
    func wait(_ seconds: Int) {
        for _ in 0..<seconds {
            box.wait(1)
            pump()
        }
    }

    /// Does one of the errands that wait.
    func complete(_ errand: Errand, _ outcome: Errand.Outcome? = nil) {
        waiting.removeAll { $0.id == errand.id }
        box.complete(errand.id, outcome ?? outcomeOf(errand))
        pump()
    }

    /// What was told of the files, in the words of the debug output.
    var debug: [String] {
        box.events.compactMap { event in
            if case .phoneProxy(let fact) = event.kind { fact.text { self.box.name($0) } } else { nil }
        }
    }

    var files: PhoneProxyCounters { box.counters.phoneProxy }

    /// Nothing is left of anything.
    func expectEmpty(_ comment: Comment? = nil) {
        #expect(box.sessionCount == 0, comment)
        #expect(box.fileCount == 0, comment)
        #expect(box.errandCount == 0, comment)
        #expect(box.flowCount == 0, comment)
        #expect(box.pinholeCount == 0, comment)
        #expect(box.transferCount == 0, comment)
    }

    /// As the fake hand signs.
    static func signed(_ name: String, _ body: [UInt8]) -> [UInt8] { Array("signed \(name)\n".utf8) + body }

    private func pump() {
        var pending: [(String, [UInt8])] = box.takeReleases().map { (box.name($0.egress ?? $0.ingress), $0.packet) }
        settleErrands(&pending)
        for (interface, packet) in pending {
            sent.append((interface, packet))
            for answer in answers(to: packet, on: interface) { send(answer, on: interface) }
        }
    }

    private func departures(_ outcome: TestBox.Outcome) -> [(String, [UInt8])] {
        let verdict = outcome.verdict
        let own = outcome.isForwarded ? [(box.name(verdict.egress ?? verdict.ingress), outcome.packet)] : []
        return own + box.takeReleases().map { (box.name($0.egress ?? $0.ingress), $0.packet) }
    }

    private func answers(to packet: [UInt8], on interface: String) -> [[UInt8]] {
        guard let ip = try? IPHeader.decode(packet.span) else { return [] }
        if ip.destination == server.own.address { return server.answers(to: packet) }
        return losesToPhones ? [] : phones[ip.destination]?.answers(to: packet) ?? []
    }

    private func settleErrands(_ pending: inout [(String, [UInt8])]) {
        waiting += box.takeErrands()
        while let errand = waiting.first(where: isDoneAtOnce) {
            waiting.removeAll { $0.id == errand.id }
            box.complete(errand.id, outcomeOf(errand))
            waiting += box.takeErrands()
        }
        pending += box.takeReleases().map { (box.name($0.egress ?? $0.ingress), $0.packet) }
    }

    private func isDoneAtOnce(_ errand: Errand) -> Bool {
        switch errand.kind {
        case .sign: signsAtOnce
        case .resolve: resolvesAtOnce
        }
    }

    private func outcomeOf(_ errand: Errand) -> Errand.Outcome {
        switch errand.kind {
        case .sign(let name, let body, _):
            signatures.append(name)
            return .signed(Self.signed(name, body))
        case .resolve(let host): return addresses[host].map { .resolved($0) } ?? .failed("no such host")
        }
    }
}
