import Testing

@testable import ConfigLanguage

@Test func placeholder() {}
