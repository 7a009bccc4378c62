import Testing
import Wire

@testable import ConfigLanguage

@Suite("Static NAT")
struct TranslationTests {
    /// The same translation in the language of ASA 8.3 and in that of before.
    static let dialects = [
        (
            "object network o\n host 192.0.2.101\n nat (inside,outside) static 10.10.0.26",
            "static (inside,outside) 10.10.0.26 192.0.2.101"
        ),
        (
            "object network o\n host 192.0.2.101\n nat (inside,outside) static interface service udp 69 69",
            "static (inside,outside) udp interface 69 192.0.2.101 69"
        ),
        (
            "object network o\n host 192.0.2.101\n nat (inside,outside) static interface service tcp 2443 7443",
            "static (inside,outside) tcp interface 7443 192.0.2.101 2443 netmask 255.255.255.255"
        ),
        (
            "object network o\n host 192.0.2.101\n nat (inside,outside) static 10.10.0.27 service udp tftp 1069",
            "static (inside,outside) udp 10.10.0.27 1069 192.0.2.101 tftp"
        ),
        (
            "object network o\n subnet 192.0.2.128 255.255.255.192\n nat (inside,outside) static 10.20.0.0",
            "static (inside,outside) 10.20.0.0 192.0.2.128 netmask 255.255.255.192"
        ),
    ]

    @Test(arguments: dialects)
    func bothDialectsMeanTheSame(new: String, old: String) {
        let written = valid(twoInterfaces + new).translations
        var expected = valid(twoInterfaces + old).translations
        #expect(expected.count == 1)
        for index in expected.indices { expected[index].object = "o" }
        #expect(written == expected)
    }

    @Test func aPortIsTranslatedFromTheMappedSideToTheRealOne() throws {
        let configuration = valid(
            twoInterfaces
                + "object network o\n host 192.0.2.2\n nat (inside,outside) static interface service tcp 2000 7000")
        let translation = try #require(configuration.translations.first)
        #expect(translation.realInterface == "inside")
        #expect(translation.mappedInterface == "outside")
        #expect(translation.real == IPPrefix(host: address("192.0.2.2")))
        #expect(translation.mapped == IPPrefix(host: address("10.10.0.24")))
        #expect(translation.mapsToInterface)
        #expect(translation.service == .init(transport: .tcp, realPort: 2000, mappedPort: 7000))
    }

    @Test func theOldDialectComesFirstThenObjectsWithFewerAddressesLowerOnesAndByName() {
        let configuration = valid(
            twoInterfaces + """
                object network wide
                 subnet 192.0.2.0 255.255.255.128
                 nat (inside,outside) static 10.30.0.0
                object network high
                 host 192.0.2.9
                 nat (inside,outside) static 10.10.0.9
                object network b-low
                 host 192.0.2.8
                 nat (inside,outside) static interface service tcp 80 80
                object network a-low
                 host 192.0.2.8
                 nat (inside,outside) static interface service tcp 443 443
                static (inside,outside) 10.10.0.77 192.0.2.77
                static (inside,outside) 10.10.0.66 192.0.2.66
                """)
        #expect(
            configuration.translations.map { $0.object ?? $0.real.description }
                == ["192.0.2.77/32", "192.0.2.66/32", "a-low", "b-low", "high", "wide"])
    }

    @Test func anObjectMayBeOpenedAgainAndNameTheMappedAddresses() {
        let configuration = valid(
            twoInterfaces + """
                object network real
                 host 192.0.2.101
                object network mapped
                 host 10.10.0.26
                object network real
                 nat ( inside , outside ) static mapped dns
                """)
        #expect(configuration.translations.map(\.mapped.description) == ["10.10.0.26/32"])
        #expect(configuration.networkObjects["real"]?.value == AddressRange(host: address("192.0.2.101")))
    }

    @Test func severalPortsOfOneAddressGoToSeveralHosts() {
        let configuration = valid(
            twoInterfaces + """
                static (inside,outside) tcp interface 2000 192.0.2.1 2000
                static (inside,outside) tcp interface 2443 192.0.2.1 2443
                static (inside,outside) tcp interface 7000 192.0.2.2 2000
                static (inside,outside) udp interface 2000 192.0.2.2 2000
                static (inside,outside) 10.10.0.26 192.0.2.1
                """)
        #expect(configuration.translations.count == 5)
    }

    @Test func natAfterAnObjectAndAtTheMarginMayBeTheOldDialects() {
        let result = read(
            twoInterfaces + "object network o\n host 192.0.2.1\nnat (inside) 101 192.0.2.0 255.255.255.0 outside\n"
                + "global (outside) 101 10.10.0.30-10.10.0.40")
        #expect(result.isValid)
        #expect(result.messages(.notInForce) == ["nat", "global"])
    }
}
