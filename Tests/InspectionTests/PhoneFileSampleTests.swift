import ConfigLanguage
import Inspection
import TestSupport
import Testing
import Wire

/// Files beside a checkout that behave as real call servers' do, where there are any.
@Suite struct PhoneFileSampleTests {
    private static let folder = TestFiles.repositoryRoot() + "/../shared/samples/config"

    private static func sample(_ name: String) -> [UInt8]? { try? TestFiles.read("\(folder)/\(name).cnf.xml") }

    private static func box() throws -> Configuration {
        let pairs = [("10.20.30.41", "10.10.0.41"), ("10.20.30.42", "10.10.0.42"), ("192.0.2.11", "10.10.0.11")]
        return try pairs.reduce(try phoneProxyBox()) { try $0.translating($1.0, to: $1.1) }
    }

    private static let hosts = [
        "cucm-pub.lab.example": "10.20.30.41", "cucm-sub1": "10.20.30.42", "cucm-sub1.lab.example": "10.20.30.42",
        "CCM4PUB": "192.0.2.11",
    ]

    private static let vendorConfig: [(String, String)] = [
        ("<pcPort>0<", "<pcPort>1<"), ("<garp>0<", "<garp>1<"), ("<voiceVlanAccess>0<", "<voiceVlanAccess>1<"),
        ("<webAccess>0<", "<webAccess>1<"),
    ]
    private static let skinny7970 =
        vendorConfig + [
            ("</ports>\n<processNodeName>cucm-pub.lab.example<", "</ports>\n<processNodeName>10.10.0.41<"),
            ("<processNodeName>cucm-sub1<", "<processNodeName>10.10.0.42<"),
            ("<deviceSecurityMode>1<", "<deviceSecurityMode>3<"),
            ("</phonePort>\n<processNodeName>cucm-pub.lab.example<", "</phonePort>\n<processNodeName>10.10.0.41<"),
        ]
    private static let sip7961: [(String, String)] = [
        ("<name>10.20.30.41<", "<name>10.10.0.41<"), ("<name>10.20.30.42<", "<name>10.10.0.42<"),
        ("</ports>\r\n<processNodeName>10.20.30.41<", "</ports>\r\n<processNodeName>10.10.0.41<"),
        ("<processNodeName>cucm-sub1.lab.example<", "<processNodeName>10.10.0.42<"),
        ("<pcPort>0<", "<pcPort>1<"), ("<voiceVlanAccess>0<", "<voiceVlanAccess>1<"),
        ("<webAccess>2<", "<webAccess>1<"), ("<spanToPCPort>0<", "<spanToPCPort>1<"),
        ("</phonePort>\r\n<processNodeName>10.20.30.41<", "</phonePort>\r\n<processNodeName>10.10.0.41<"),
    ]
    private static let skinny7960: [(String, String)] = [
        ("</ports>\n<processNodeName>CCM4PUB<", "</ports>\n<processNodeName>10.10.0.11<"),
        ("<pcPort>0<", "<pcPort>1<"), ("<garp>0<", "<garp>1<"), ("<voiceVlanAccess>0<", "<voiceVlanAccess>1<"),
        ("<webAccess>0</webAccess>", "<webAccess>1</webAccess><spanToPCPort>1</spanToPCPort>"),
        ("</networkLocaleInfo>", "</networkLocaleInfo>\n<deviceSecurityMode>3</deviceSecurityMode>"),
        ("</phonePort>\n<processNodeName>CCM4PUB<", "</phonePort>\n<processNodeName>10.10.0.11<"),
    ]
    private static let handmade: [(String, String)] = [
        ("<processNodeName>10.20.30.41<", "<processNodeName>10.10.0.41<"),
        (
            "<webAccess/>", "<webAccess>1</webAccess>\n      <spanToPCPort>1</spanToPCPort>"
        ),
        (
            "<pcPort> 0 </pcPort>",
            "<pcPort> 1 </pcPort>\n      <garp>1</garp>\n      <voiceVlanAccess>1</voiceVlanAccess>"
        ),
        ("<deviceSecurityMode/>", "<deviceSecurityMode>3</deviceSecurityMode>"),
    ]

    @Test(
        arguments: [
            ("SEP001B54AABBCC", skinny7970), ("SEP0019E8DD1122", sip7961), ("SEP0007EB33CC44", skinny7960),
            ("edge/SEP001B54AABBD0", handmade),
        ] as [(String, [(String, String)])])
    func rewritten(name: String, edits: [(String, String)]) throws {
        guard let file = Self.sample(name) else { return }
        let result = try rewrite(file, try Self.box(), hosts: Self.hosts)
        #expect(text(result.bytes) == (try replacing(edits, in: text(file))))
    }

    @Test func latin1() throws {
        guard let file = Self.sample("edge/SEP001B54AABBCE") else { return }
        let characters = String(String.UnicodeScalarView(file.map { UnicodeScalar($0) }))
        let result = try rewrite(file, try Self.box(), hosts: Self.hosts)
        #expect(result.bytes == SamplePhoneFiles.latin1(try replacing(Self.skinny7970, in: characters)))
    }

    @Test func utf16() throws {
        guard let file = Self.sample("edge/SEP001B54AABBCF") else { return }
        let units = stride(from: 2, to: file.count, by: 2).map { UInt16(file[$0]) | UInt16(file[$0 + 1]) << 8 }
        let characters = String(decoding: units, as: UTF16.self)
        let result = try rewrite(file, try Self.box(), hosts: Self.hosts)
        #expect(result.bytes == SamplePhoneFiles.utf16(try replacing(Self.skinny7970, in: characters)))
    }

    @Test(
        arguments: [
            ("XMLDefault", "not-a-phone-config"), ("SEP001B54AABBCD", "config-encrypted"),
            ("SEP001B54AABBD1", "config-not-well-formed"),
        ])
    func refused(name: String, reason: String) throws {
        guard let file = Self.sample("edge/\(name)") else { return }
        let error = #expect(throws: PhoneFileError.self) { try PhoneFile.read(file) }
        #expect(error?.name == reason)
        #expect(error.map { !"\($0)".contains("secret") } == true)
    }
}
