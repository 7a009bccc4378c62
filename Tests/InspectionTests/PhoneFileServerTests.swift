import ConfigLanguage
import Inspection
import TestSupport
import Testing
import Wire

/// Where phones are sent: static NAT and PAT from both of their sides, host names, the HTTP proxy.
@Suite struct PhoneFileServerTests {
    private func file(
        _ host: String, ports: String = "<ports><ethernetPhonePort>2000</ethernetPhonePort></ports>", rest: String = ""
    ) -> [UInt8] {
        Array(
            """
            <device><devicePool><callManagerGroup><members><member><callManager>\(ports)<processNodeName>\(host)\
            </processNodeName></callManager></member></members></callManagerGroup></devicePool>\(rest)</device>
            """.utf8)
    }

    private func sip(_ ports: String, _ host: String = "192.0.2.101") -> [UInt8] {
        file(host, ports: ports, rest: "<deviceProtocol>SIP</deviceProtocol>")
    }

    /// What stands between the call server's tags.
    private func callManager(_ result: RewrittenPhoneFile) throws -> String {
        let text = text(result.bytes)
        let start = try #require(text.ranges(of: "<callManager>").first)
        let end = try #require(text.ranges(of: "</callManager>").first)
        return String(text[start.upperBound..<end.lowerBound])
    }

    private func skinny(_ port: Int, _ host: String) -> String {
        "<ports><ethernetPhonePort>\(port)</ethernetPhonePort></ports><processNodeName>\(host)</processNodeName>"
    }

    @Test(
        arguments: [
            // Behind the box: the mapped address. Not translated, or mapped already: as it is.
            ("192.0.2.101", "outside", "10.10.0.26"), ("192.0.2.102", "outside", "192.0.2.102"),
            ("10.10.0.26", "outside", "10.10.0.26"), ("192.0.2.101", "inside", "192.0.2.101"),
            // On the phones' side, known inside by a mapped address: the real one.
            ("10.10.0.26", "inside", "192.0.2.101"), ("192.0.2.101", "dmz", "192.168.1.2"),
        ])
    func addressesAreThoseThatThePhonesInterfaceSees(host: String, interface: String, expected: String) throws {
        var configuration = try phoneProxyBox().translating("192.0.2.101", to: "192.168.1.2", seenFrom: "dmz")
        configuration.interfaces.append(
            try Configuration.interface("dmz", level: 50, "192.168.1.1", "192.168.1.0/24"))
        let result = try rewrite(file(host), configuration, seenFrom: interface)
        #expect(try callManager(result) == skinny(2000, expected))
    }

    @Test func aTranslationForAnyInterfaceIsForThePhones() throws {
        let configuration = try phoneProxyBox().translating("192.0.2.105", to: "10.10.0.30", from: nil, seenFrom: nil)
        #expect(try callManager(try rewrite(file("192.0.2.105"), configuration)) == skinny(2000, "10.10.0.30"))
    }

    /// Two call servers behind one address: 2000 and 2443 for the first, 7000 and 7443 for the second.
    private func shared(_ second: [(UInt16, UInt16)] = [(2000, 7000), (2443, 7443)]) throws -> Configuration {
        var configuration = try Configuration.box()
            .translatingPort("192.0.2.1", 2000, to: "10.10.0.24", 2000)
            .translatingPort("192.0.2.1", 2443, to: "10.10.0.24", 2443)
        for (real, mapped) in second {
            configuration = try configuration.translatingPort("192.0.2.2", real, to: "10.10.0.24", mapped)
        }
        configuration.phoneProxy = try phoneProxyBox().phoneProxy
        return configuration
    }

    @Test func portsAreTranslatedWithTheAddress() throws {
        #expect(try callManager(try rewrite(file("192.0.2.1"), try shared())) == skinny(2000, "10.10.0.24"))
        let second = try rewrite(file("192.0.2.2"), try shared())
        #expect(try callManager(second) == skinny(7000, "10.10.0.24"))
        #expect(second.changes.contains(.port(element: "ethernetPhonePort", from: 2000, to: 7000)))
    }

    @Test func theSecurePortDecidesAndTheClearOneHelpsOut() throws {
        #expect(
            try callManager(try rewrite(file("192.0.2.2"), try shared([(2443, 8443)]))) == skinny(8000, "10.10.0.24"))
        #expect(
            try callManager(try rewrite(file("192.0.2.2"), try shared([(2000, 7000)]))) == skinny(7000, "10.10.0.24"))
        // No port in the file could lead a phone to 443 or below.
        #expect(
            try callManager(try rewrite(file("192.0.2.2"), try shared([(2000, 7000), (2443, 443)])))
                == skinny(7000, "10.10.0.24"))
    }

    @Test func otherPortsOfTheServerAreNobodysBusiness() throws {
        let result = try rewrite(file("192.0.2.2"), try shared([(69, 69), (5061, 5061)]))
        #expect(try callManager(result) == skinny(2000, "192.0.2.2"))
    }

    @Test func portsThatAreMissingAreInserted() throws {
        let inserted = "<ports><ethernetPhonePort>7000</ethernetPhonePort></ports>"
        let node = "<processNodeName>10.10.0.24</processNodeName>"
        #expect(try callManager(try rewrite(file("192.0.2.2", ports: ""), try shared())) == inserted + node)
        #expect(try callManager(try rewrite(file("192.0.2.2", ports: "<ports/>"), try shared())) == inserted + node)
        #expect(
            try callManager(try rewrite(file("192.0.2.2", ports: "<ports><ethernetPhonePort/></ports>"), try shared()))
                == inserted + node)
    }

    @Test func secureSIPHasAPortOfItsOwn() throws {
        let configuration = try phoneProxyBox()
            .translatingPort("192.0.2.2", 5071, to: "10.10.0.24", 7071)
            .translatingPort("192.0.2.2", 5070, to: "10.10.0.24", 7070)
        let ports =
            "<ports><ethernetPhonePort>2000</ethernetPhonePort><sipPort>5070</sipPort><securedSipPort>5071</securedSipPort></ports>"
        #expect(
            try callManager(try rewrite(sip(ports, "192.0.2.2"), configuration))
                == "<ports><ethernetPhonePort>2000</ethernetPhonePort><sipPort>7070</sipPort><securedSipPort>7071</securedSipPort></ports><processNodeName>10.10.0.24</processNodeName>"
        )
    }

    @Test func aSecureSIPPortThatIsMissingIsTheUsualOne() throws {
        let configuration = try phoneProxyBox().translatingPort("192.0.2.2", 5061, to: "10.10.0.24", 7061)
        #expect(
            try callManager(try rewrite(sip("<ports><sipPort>5060</sipPort></ports>", "192.0.2.2"), configuration))
                == "<ports><sipPort>5060</sipPort><securedSipPort>7061</securedSipPort></ports><processNodeName>10.10.0.24</processNodeName>"
        )
    }

    @Test func aLabelThatIsAnotherAddressStays() throws {
        let named = file("192.0.2.101", ports: "<name>192.0.2.102</name>")
        #expect(
            try callManager(try rewrite(named, try phoneProxyBox()))
                == "<name>192.0.2.102</name><processNodeName>10.10.0.26</processNodeName>")
    }

    @Test func capfAndTheServerForFirmwareAreTranslatedToo() throws {
        let configuration = try phoneProxyBox().translatingPort("192.0.2.103", 3804, to: "10.10.0.24", 4804)
        let rest = """
            <vendorConfig><loadServer>192.0.2.101</loadServer></vendorConfig><capfAuthMode>1</capfAuthMode>\
            <capfList><capf><phonePort>3804</phonePort><processNodeName>192.0.2.103</processNodeName></capf></capfList>
            """
        let result = text(try rewrite(file("192.0.2.101", rest: rest), configuration).bytes)
        #expect(result.contains("<loadServer>10.10.0.26</loadServer>"))
        #expect(result.contains("<phonePort>4804</phonePort><processNodeName>10.10.0.24</processNodeName>"))
        #expect(result.contains("<capfAuthMode>1</capfAuthMode>"))
    }

    @Test func namesOfTheConfigurationComeBeforeDNS() throws {
        var configuration = try phoneProxyBox()
        configuration.names = ["publisher.example.net": try address("192.0.2.102")]
        let result = try rewrite(file("publisher.example.net"), configuration)
        #expect(try callManager(result) == skinny(2000, "192.0.2.102"))
        let settings = RewriteSettings(configuration, seenFrom: "outside")
        let phoneFile = try PhoneFile.read(Array(SamplePhoneFiles.skinny7960.utf8))
        #expect(phoneFile.hostNames == ["CCM4PUB"])
        #expect(phoneFile.hostNames(unknownTo: settings) == ["CCM4PUB"])
        #expect(try PhoneFile.read(file("publisher.example.net")).hostNames(unknownTo: settings).isEmpty)
    }

    @Test func aNameThatThePhoneDoesNotNeedMayStayUnknown() throws {
        func rest(_ mode: Int) -> String {
            "<capfAuthMode>\(mode)</capfAuthMode><capfList><capf><processNodeName>elsewhere</processNodeName></capf></capfList>"
        }
        let unused = file("192.0.2.101", rest: rest(0))
        #expect(try PhoneFile.read(unused).hostNames.isEmpty)
        #expect(text(try rewrite(unused, try phoneProxyBox()).bytes).contains("<processNodeName>elsewhere<"))
        #expect(try PhoneFile.read(file("192.0.2.101", rest: rest(1))).hostNames == ["elsewhere"])
    }

    @Test func theHTTPProxyIsWrittenAsThePhonesSeeIt() throws {
        let server = PhoneProxyDefinition.ProxyServer(address: try address("192.0.2.101"), interface: "inside")
        let configuration = try phoneProxyBox { $0.proxyServer = server }
        for url in [
            "<proxyServerURL></proxyServerURL>", "<proxyServerURL/>", "<proxyServerURL>old:80</proxyServerURL>", "",
        ] {
            let result = try rewrite(file("192.0.2.101", rest: url), configuration)
            #expect(text(result.bytes).contains("<proxyServerURL>10.10.0.26:8080</proxyServerURL>"), "\(url)")
        }
        let without = try rewrite(
            file("192.0.2.101", rest: "<proxyServerURL>old:80</proxyServerURL>"), try phoneProxyBox())
        #expect(text(without.bytes).contains("<proxyServerURL>old:80</proxyServerURL>"))
    }

    @Test func phonesAreBehindTheLeastTrustedInterface() throws {
        #expect(try phoneProxyBox().phoneInterface?.name == "outside")
        var reversed = try phoneProxyBox { $0.tftpServers[0].interface = "outside" }
        #expect(reversed.phoneInterface?.name == "inside")
        reversed.interfaces = []
        #expect(reversed.phoneInterface == nil)
    }
}
