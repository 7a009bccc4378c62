import Testing

@testable import labphone

@Suite struct DeviceNameTests {
    @Test(arguments: ["SEP001B54AABBCC", "sep001b54aabbcc", "001B54AABBCC", "001b.54aa.bbcc", "00:1b:54:aa:bb:cc"])
    func readsEverySpelling(text: String) throws {
        let device = try #require(DeviceName(text))
        #expect(device.description == "SEP001B54AABBCC")
        #expect(device.trustListName == "CTLSEP001B54AABBCC.tlv")
        #expect(device.configurationName == "SEP001B54AABBCC.cnf.xml")
    }

    @Test(arguments: ["", "SEP", "SEP001B54AABBC", "SEP001B54AABBCCD", "SEP001B54AABBCG", "SEP+01B54AABBCC"])
    func refusesAnythingElse(text: String) { #expect(DeviceName(text) == nil) }

    @Test func countsThroughAllDigits() throws {
        #expect(try #require(DeviceName("SEP0000000000FF")).advanced(by: 1).description == "SEP000000000100")
    }
}
