import ConfigLanguage
import Resolver
import Testing
import Wire

@Suite struct ResolverTests {
    private let replies: [String: NameServer.Reply] = [
        "ccm4pub": .v4([192, 0, 2, 101]),
        "cucm-pub.example.com": .v4([192, 0, 2, 105]),
        "six.example.com": .v6([0x20, 1, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11) + [1]),
        "broken.example.com": .garbage,
        "silent.example.com": .silence,
    ]

    /// A resolver that asks a server of ours, with a second for each try.
    private func look(
        up hosts: [String], retries: Int = 0, domain: String? = nil
    ) throws -> (answers: [Resolver.Answer.Result], asked: Int) {
        let server = try #require(NameServer(replies))
        var settings = DNSSettings()
        settings.servers = [IPAddress(v4: 0x7f00_0001)]
        settings.timeout = 1
        settings.retries = retries
        settings.domainName = domain
        let resolver = try Resolver(settings, port: server.port)
        for (place, host) in hosts.enumerated() { resolver.ask(UInt64(place), host) }
        var answers: [UInt64: Resolver.Answer.Result] = [:]
        // As many times as something may happen: a wait that returned for nothing would use them up.
        for _ in 0..<hosts.count * 40 where answers.count < hosts.count {
            _ = resolver.wait(atMost: 500, watching: -1)
            for answer in resolver.takeAnswers() { answers[answer.id] = answer.result }
        }
        #expect(!resolver.isBusy)
        return (hosts.indices.compactMap { answers[UInt64($0)] }, server.asked)
    }

    @Test func findsAddresses() throws {
        let found = try look(up: ["CCM4PUB", "cucm-pub.example.com", "six.example.com"]).answers
        let six = try #require(IPAddress("2001:db8::1"))
        #expect(found == [.address(IPAddress(v4: 0xc000_0265)), .address(IPAddress(v4: 0xc000_0269)), .address(six)])
    }

    @Test func looksInTheDomainOfTheConfiguration() throws {
        let found = try look(up: ["cucm-pub"], domain: "example.com").answers
        #expect(found == [.address(IPAddress(v4: 0xc000_0269))])
    }

    @Test(arguments: ["nobody.example.com", "broken.example.com", "silent.example.com"])
    func saysThatThereIsNone(_ host: String) throws {
        let found = try look(up: [host]).answers
        guard case .failed(let reason)? = found.first else {
            Issue.record("\(host): \(found)")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test func asksASilentServerAgain() throws {
        // Each try asks for both kinds of address.
        let once = try look(up: ["silent.example.com"]).asked
        let twice = try look(up: ["silent.example.com"], retries: 1).asked
        #expect(once > 0)
        #expect(twice == once * 2)
    }

    @Test func isNotAskedForWhatNoHostIsCalled() throws {
        let result = try look(up: ["../etc", ""])
        #expect(result.answers == [.failed("not a host's name"), .failed("not a host's name")])
        #expect(result.asked == 0)
    }

    @Test func refusesMoreThanItCanHold() throws {
        let hosts = (0...Resolver.limit).map { "host\($0).example.com" }
        let found = try look(up: hosts).answers
        #expect(found.last == .failed("too many names are being looked up"))
        #expect(found.count == hosts.count)
    }

    @Test func endsWithQuestionsUnderWay() throws {
        let server = try #require(NameServer(replies))
        var settings = DNSSettings()
        settings.servers = [IPAddress(v4: 0x7f00_0001)]
        let resolver = try Resolver(settings, port: server.port)
        resolver.ask(1, "silent.example.com")
        #expect(resolver.isBusy)
    }
}
