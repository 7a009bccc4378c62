import Testing

@testable import Box

@Test func placeholder() {}
