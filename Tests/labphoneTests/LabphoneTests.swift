import Testing

@testable import labphone

@Suite struct LabphoneTests {
    @Test func isCalledByItsName() { #expect(Labphone.configuration.commandName == "labphone") }
}
