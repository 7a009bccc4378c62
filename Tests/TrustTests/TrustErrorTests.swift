import Testing
import Trust

@Suite struct TrustErrorTests {
    @Test func saysWhy() { #expect("\(TrustError("no key"))" == "no key") }
}
