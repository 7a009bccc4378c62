import Testing

@testable import Netfilter

@Test func placeholder() {}
