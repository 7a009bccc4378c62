import ConfigLanguage
import Inspection
import TestSupport
import Testing
import Wire

/// Files of every kind of call server, each against what must come out, byte for byte.
@Suite struct PhoneFileTests {
    private static let capf = (
        "<phonePort>3804</phonePort>\n<processNodeName>publisher.example.net",
        "<phonePort>3804</phonePort>\n<processNodeName>10.10.0.26"
    )
    private static let skinny = [
        ("</ports>\n<processNodeName>publisher.example.net", "</ports>\n<processNodeName>10.10.0.26"),
        ("<pcPort>0<", "<pcPort>1<"), ("<garp>0<", "<garp>1<"), ("<voiceVlanAccess>0<", "<voiceVlanAccess>1<"),
        ("<webAccess>0<", "<webAccess>1<"), ("<deviceSecurityMode>1<", "<deviceSecurityMode>3<"), capf,
    ]

    @Test func unifiedCMSkinny() throws {
        let result = try rewrite(Array(SamplePhoneFiles.skinny7970.utf8), try phoneProxyBox())
        #expect(text(result.bytes) == (try replacing(Self.skinny, in: SamplePhoneFiles.skinny7970)))
        #expect(
            result.changes == [
                .securityMode(.encrypted),
                .server(.callServer, from: "publisher.example.net", to: try address("10.10.0.26")),
                .server(.capf, from: "publisher.example.net", to: try address("10.10.0.26")),
                .serviceSetting("pcPort"), .serviceSetting("garp"), .serviceSetting("voiceVlanAccess"),
                .serviceSetting("webAccess"),
            ])
    }

    @Test func unifiedCMSIPWithByteOrderMarkAndCRLF() throws {
        let result = try rewrite(SamplePhoneFiles.sip7961, try phoneProxyBox())
        let expected = try replacing(
            [
                ("<name>192.0.2.101<", "<name>10.10.0.26<"),
                ("</ports>\r\n<processNodeName>192.0.2.101", "</ports>\r\n<processNodeName>10.10.0.26"),
                ("<pcPort>0<", "<pcPort>1<"), ("<voiceVlanAccess>0<", "<voiceVlanAccess>1<"),
                ("<webAccess>2<", "<webAccess>1<"), ("<spanToPCPort>0<", "<spanToPCPort>1<"),
                ("<transportLayerProtocol>4<", "<transportLayerProtocol>3<"),
                (
                    "<phonePort>3804</phonePort>\r\n<processNodeName>192.0.2.101",
                    "<phonePort>3804</phonePort>\r\n<processNodeName>10.10.0.26"
                ),
                ("<certHash>0f1e2d3c<", "<certHash><"),
            ], in: text(SamplePhoneFiles.sip7961))
        #expect(text(result.bytes) == expected)
        #expect(
            result.changes.prefix(3) == [
                .transport, .certificateHash, .server(.callServer, from: "192.0.2.101", to: try address("10.10.0.26")),
            ])
    }

    @Test func callManager4() throws {
        let result = try rewrite(Array(SamplePhoneFiles.skinny7960.utf8), try phoneProxyBox())
        let expected = try replacing(
            [
                ("</ports>\n<processNodeName>CCM4PUB", "</ports>\n<processNodeName>10.10.0.26"),
                ("<pcPort>0<", "<pcPort>1<"), ("<garp>0<", "<garp>1<"), ("<voiceVlanAccess>0<", "<voiceVlanAccess>1<"),
                ("<webAccess>0</webAccess>", "<webAccess>1</webAccess><spanToPCPort>1</spanToPCPort>"),
                ("</networkLocaleInfo>", "</networkLocaleInfo>\n<deviceSecurityMode>3</deviceSecurityMode>"),
                (
                    "<phonePort>3804</phonePort>\n<processNodeName>CCM4PUB",
                    "<phonePort>3804</phonePort>\n<processNodeName>10.10.0.26"
                ),
            ], in: SamplePhoneFiles.skinny7960)
        #expect(text(result.bytes) == expected)
    }

    @Test func handmadeForAsterisk() throws {
        let result = try rewrite(Array(SamplePhoneFiles.handmade.utf8), try phoneProxyBox())
        let expected = try replacing(
            [
                ("<processNodeName> 192.0.2.101 <", "<processNodeName> 10.10.0.26 <"),
                ("<proxy>192.0.2.101<", "<proxy>10.10.0.26<"),
                ("<webAccess/>", "<webAccess>1</webAccess>"),
                (
                    "<pcPort> 0 </pcPort>",
                    "<pcPort> 1 </pcPort>\n\t\t<garp>1</garp>\n\t\t<voiceVlanAccess>1</voiceVlanAccess>"
                ),
                ("<spanToPCPort>0<!--", "<spanToPCPort>1<!--"),
                ("<deviceSecurityMode/>", "<deviceSecurityMode>3</deviceSecurityMode>"),
                ("<proxyServerURL/>", "<proxyServerURL/>\n\t<transportLayerProtocol>3</transportLayerProtocol>"),
            ], in: SamplePhoneFiles.handmade)
        #expect(text(result.bytes) == expected)
    }

    @Test func otherEncodingsAreChangedInPlace() throws {
        let accented = SamplePhoneFiles.skinny7970.replacing("Home", with: "Zuhause für José")
        let expected = try replacing(Self.skinny, in: accented)
        let latin = ("encoding=\"UTF-8\"", "encoding=\"ISO-8859-1\"")
        let latinFile = SamplePhoneFiles.latin1(try replacing([latin], in: accented))
        #expect(
            try rewrite(latinFile, try phoneProxyBox()).bytes
                == SamplePhoneFiles.latin1(try replacing([latin], in: expected))
        )
        let wide = ("encoding=\"UTF-8\"", "encoding=\"UTF-16\"")
        for isBigEndian in [false, true] {
            let file = SamplePhoneFiles.utf16(try replacing([wide], in: accented), isBigEndian: isBigEndian)
            let result = try rewrite(file, try phoneProxyBox())
            #expect(
                result.bytes == SamplePhoneFiles.utf16(try replacing([wide], in: expected), isBigEndian: isBigEndian))
        }
    }

    @Test func aFileWithoutVendorConfigGetsOne() throws {
        let result = try rewrite(
            Array("<device>\n  <deviceProtocol>SCCP</deviceProtocol>\n</device>".utf8), try phoneProxyBox())
        #expect(
            text(result.bytes) == """
                <device>
                  <deviceProtocol>SCCP</deviceProtocol>
                  <deviceSecurityMode>3</deviceSecurityMode>
                  <vendorConfig><pcPort>1</pcPort><garp>1</garp><voiceVlanAccess>1</voiceVlanAccess><webAccess>1</webAccess><spanToPCPort>1</spanToPCPort></vendorConfig>
                </device>
                """)
    }

    @Test func serviceSettingsStayWhereTheConfigurationSaysSo() throws {
        let configuration = try phoneProxyBox { $0.disablesServiceSettings = false }
        let result = try rewrite(Array(SamplePhoneFiles.skinny7970.utf8), configuration)
        #expect(text(result.bytes).contains("<pcPort>0</pcPort><settingsAccess>1</settingsAccess><garp>0</garp>"))
        #expect(!result.changes.contains { if case .serviceSetting = $0 { true } else { false } })
    }

    @Test func settingsThatAreRepeatedForAllPhonesAreDisabledToo() throws {
        let file =
            "<device><vendorConfig/><commonConfig><webAccess>0</webAccess></commonConfig><enterpriseConfig><pcPort>0</pcPort></enterpriseConfig></device>"
        let result = text(try rewrite(Array(file.utf8), try phoneProxyBox()).bytes)
        #expect(result.contains("<commonConfig><webAccess>1</webAccess></commonConfig>"))
        #expect(result.contains("<enterpriseConfig><pcPort>1</pcPort></enterpriseConfig>"))
    }

    @Test func everyOneOfSeveralSecurityModesIsSecure() throws {
        let file =
            "<device><deviceSecurityMode>1</deviceSecurityMode><deviceSecurityMode>0</deviceSecurityMode></device>"
        let secure = "<deviceSecurityMode>3</deviceSecurityMode>"
        let result = text(try rewrite(Array(file.utf8), try phoneProxyBox()).bytes)
        #expect(result.hasSuffix("\(secure)\(secure)</device>"))
    }

    @Test(
        arguments: [
            ("<device xsi:type=\"axl:XIPPhone\"><loadInformation></loadInformation></device>", true),
            ("<device><loadInformation  model=\"Cisco IP Communicator\">x</loadInformation></device>", true),
            ("<device><loadInformation30016/></device>", true),
            ("<device><loadInformation>CIPC-8-6-6</loadInformation></device>", true),
            ("<device><loadInformation></loadInformation></device>", false),
            ("<device xsi:type=\"axl:XIPPhone\"><loadInformation>SCCP70.8-5-3S</loadInformation></device>", false),
            ("<device xsi:type=\"axl:XIPPhone\"/>", false),
        ])
    func communicatorsAreAuthenticatedWhereConfigured(file: String, isCommunicator: Bool) throws {
        func mode(_ configuration: Configuration) throws -> PhoneFileChange? {
            try rewrite(Array(file.utf8), configuration).changes.first
        }
        #expect(
            try mode(try phoneProxyBox { $0.authenticatesCIPC = true })
                == .securityMode(isCommunicator ? .authenticated : .encrypted))
        #expect(try mode(try phoneProxyBox()) == .securityMode(.encrypted))
    }

    @Test func changesReadAsTheChapterPrintsThem() throws {
        #expect("\(PhoneFileChange.transport)" == "Modifying to TLS as the transport layer protocol.")
        #expect("\(PhoneFileChange.securityMode(.encrypted))" == "Modifying to encrypted mode.")
        #expect("\(PhoneFileChange.securityMode(.authenticated))" == "Modifying to authenticated mode.")
    }
}
