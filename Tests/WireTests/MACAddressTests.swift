import Testing
import Wire

@Suite("MAC addresses")
struct MACAddressTests {
    @Test("twelve digits in either case are read, and printed as Cisco does")
    func digits() throws {
        for text in ["001E7AC4DA9C", "001e7ac4da9c", "001e7AC4da9C"] {
            let mac = try #require(MACAddress(digits: text.utf8))
            #expect(mac.value == 0x001e_7ac4_da9c)
            #expect(mac.description == "001e.7ac4.da9c")
            #expect(mac.deviceName == "SEP001E7AC4DA9C")
        }
        #expect(MACAddress(0).description == "0000.0000.0000")
        #expect(MACAddress(.max).deviceName == "SEPFFFFFFFFFFFF")
    }

    @Test(
        "anything else is not",
        arguments: [
            "", "001E7AC4DA9", "001E7AC4DA9C0", "001E7AC4DA9G", "001E7AC4DA9/", "001E7AC4DA9:", "001E7AC4DA9@",
            "001E7AC4DA9`", "-01E7AC4DA9C", "001E.7AC4.DA9C", "\u{e9}01E7AC4DA9",
        ])
    func notDigits(text: String) { #expect(MACAddress(digits: text.utf8) == nil) }

    @Test("a device name is SEP and the digits")
    func deviceNames() {
        #expect(MACAddress(deviceName: "SEP001E7AC4DA9C".utf8) == MACAddress(0x001e_7ac4_da9c))
        #expect(MACAddress(deviceName: "sep001e7ac4da9c".utf8) == MACAddress(0x001e_7ac4_da9c))
        for text in [
            "", "SEP", "001E7AC4DA9C", "ATA001E7AC4DA9C", "SEP001E7AC4DA9C.", "SEP 001E7AC4DA9", "3EP001E7AC4DA9C",
        ] {
            #expect(MACAddress(deviceName: text.utf8) == nil, "\(text)")
        }
    }
}
