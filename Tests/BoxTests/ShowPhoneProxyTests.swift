import ConfigLanguage
import Inspection
import Testing
import Wire

@testable import Box
@testable import Inspection

@Suite struct ShowPhoneProxyTests {
    private static let text =
        exampleText + """

            crypto key generate rsa label pair modulus 1024
            crypto ca trustpoint server
             enrollment self
             keypair pair
            crypto ca enroll server
            ctl-file myctl
             record-entry cucm-tftp trustpoint server address 10.10.0.26
             no shutdown
            tls-proxy mytls
             server trust-point _internal_PP_myctl
            media-termination mt
             address 192.0.2.25 interface inside
             address 10.10.0.25 interface outside
            phone-proxy mypp
             media-termination mt
             tftp-server address 192.0.2.101 interface inside
             tls-proxy mytls
             ctl-file myctl
             timeout secure-phones 0:10:00
            class-map sec_sip
             match port tcp eq 5061
            policy-map pp_policy
             class sec_sip
              inspect sip phone-proxy mypp
            service-policy pp_policy interface outside

            """

    private func phones(_ proxy: PhoneProxyDefinition) throws -> SecurePhones {
        var table = SecurePhoneTable(.init(phones: 10, idle: proxy.securePhoneTimeout))
        let address = try #require(IPAddress("69.181.112.219"))
        for name in ["SEP001C581C0663", "SEP001E7AC4DA9C"] {
            let device = Array(name.utf8)
            let mac = try #require(MACAddress(deviceName: device))
            _ = try table.request(
                .mac(mac), on: InterfaceIndex(0), from: address, at: Timestamp(seconds: 1000, nanoseconds: 0))
        }
        return SecurePhones(phones: table.all, mostUsed: 3, now: Timestamp(seconds: 1096, nanoseconds: 0))
    }

    @Test func securePhonesStandInTheASAsColumns() throws {
        let configuration = try configuration(Self.text)
        let proxy = try #require(configuration.phoneProxy)
        let names = InterfaceNames(configuration)
        let table = try phones(proxy)
        let lines = ShowPhoneProxy.text(proxy, table, names).split(separator: "\n", omittingEmptySubsequences: false)
        let interface = names[InterfaceIndex(0)]
        let indent = String(repeating: " ", count: 20 - interface.count)
        #expect(
            lines.map(String.init) == [
                "mypp: 2 in use, 3 most used",
                "",
                "           Interface      IP Address    Port              MAC   Timeout     Idle",
                "\(indent)\(interface)  69.181.112.219       0   001c.581c.0663   0:10:00  0:01:36",
                "\(indent)\(interface)  69.181.112.219       0   001e.7ac4.da9c   0:10:00  0:01:36",
            ])
        let json = ShowPhoneProxy.json(proxy, table, names).pretty
        #expect(json.contains("\"mac\": \"001e.7ac4.da9c\""))
        #expect(json.contains("\"verified\": false"))
    }

    @Test func theProxyIsShownWithItsCounters() throws {
        let configuration = try configuration(Self.text)
        var tables = try BoxTables.sample(configuration)
        tables.counters.phoneProxy.requests = 5
        tables.counters.phoneProxy.parsingErrors = 2
        let text = ShowPhoneProxy.text(configuration, tables)
        #expect(text.hasPrefix("Phone-Proxy 'mypp': Runtime Proxy ref_cnt 1\n  Cluster Mode: nonsecure\n"))
        #expect(text.contains("    Class-map: sec_sip, Inspect: sip\n"))
        #expect(text.contains("    requests: 5\n"))
        #expect(text.contains("    configuration files that could not be modified: 2\n"))
    }

    @Test func debugShowsWhatWasAskedFor() {
        var debugging = Debugging()
        #expect(Event.Kind.phoneProxy(.parsingFailed).debugging?.kind == .errors)
        #expect(Event.Kind.phoneProxy(.callbackRequired).debugging?.kind == .events)
        #expect(!debugging.shows(.errors, of: .phoneFiles))
        debugging.apply(.on(.phoneFiles, [.errors]))
        #expect(debugging.shows(.errors, of: .phoneFiles))
        #expect(!debugging.shows(.events, of: .phoneFiles))
        #expect(debugging.text == "debug phone-proxy tftp errors enabled")
        debugging.apply(.on(.sip, [.events, .errors]))
        #expect(debugging.shows(.events, of: .sip))
        #expect(!debugging.shows(.events, of: .media))
        debugging.apply(.off(.phoneFiles, [.errors]))
        #expect(!debugging.shows(.errors, of: .phoneFiles))
        debugging.apply(.allOff)
        #expect(debugging.text.isEmpty)
    }
}
