import Testing

@testable import Inspection

@Test func placeholder() {}
