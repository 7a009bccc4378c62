import Resolver
import Testing

@Suite struct HostNameTests {
    @Test(arguments: ["CCM4PUB", "cucm-pub.example.com", "a", "call_server", String(repeating: "a", count: 63)])
    func isAHostsName(_ text: String) { #expect(HostName(text)?.text == text) }

    @Test(arguments: ["", ".", "a..b", "-a", "a-", "a b", "ä", String(repeating: "a", count: 64), "a/b", "a.b."])
    func isNone(_ text: String) { #expect(HostName(text) == nil) }
}
