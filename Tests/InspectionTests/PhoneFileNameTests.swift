import TestSupport
import Testing
import Wire

@testable import Inspection

@Suite struct PhoneFileNameTests {
    private static let mac = MACAddress(0x001e_7ac4_da9c)
    private static let phone = PhoneFileName.Device(name: "SEP001E7AC4DA9C", mac: mac)

    static let names: [(String, PhoneFileName.Kind)] = [
        ("CTLFile.tlv", .trustList(nil)),
        ("CTLSEP001E7AC4DA9C.tlv", .trustList(mac)),
        ("ctlsep001e7ac4da9c.TLV", .trustList(mac)),
        ("./CTLSEP001E7AC4DA9C.tlv", .trustList(mac)),
        ("/tftpboot/CTLSEP001E7AC4DA9C.tlv", .trustList(mac)),
        ("c:\\tftp\\CTLSEP001E7AC4DA9C.tlv", .trustList(mac)),
        ("CTLSEP001E7AC4DA9.tlv", .trustList(nil)),
        ("CTLSEP001E7AC4DA9G.tlv", .trustList(nil)),
        ("CTLCIPCuser.tlv", .trustList(nil)),
        ("ITLFile.tlv", .identityTrustList(nil)),
        ("ITLSEP001E7AC4DA9C.tlv", .identityTrustList(mac)),
        ("old_ctlfile.tlv", .otherTrustList),
        (".tlv", .otherTrustList),
        ("SEP001E7AC4DA9C.cnf.xml", .configuration(phone)),
        ("SEP001E7AC4DA9C.cnf.xml.sgn", .signedConfiguration(phone)),
        ("sep001e7ac4da9c.CNF.XML.SGN", .signedConfiguration(.init(name: "sep001e7ac4da9c", mac: mac))),
        ("SEP001E7AC4DA9C.cnf.xml.enc.sgn", .encryptedConfiguration),
        ("SEP001E7AC4DA9C.cnf.xml.enc", .encryptedConfiguration),
        ("XMLDefault.cnf.xml", .configuration(.init(name: "XMLDefault", mac: nil))),
        ("CIPCjdoe.cnf.xml.sgn", .signedConfiguration(.init(name: "CIPCjdoe", mac: nil))),
        ("New_Zealand/g3-tones.xml.sgn", .signed),
        ("SK72f64050-7ad5-4b47-9bfa-5e9ad9cd4aa9.xml.sgn", .signed),
        ("SEP001E7AC4DA9C.tlv.sgn", .signed),
        (".sgn", .other),
        ("a/.sgn", .other),
        ("a.sgn/", .other),
        ("SCCP70.9-4-2-1S.loads", .other),
        ("apps70.8-4-1-23.ZZ.sgn", .other),
        ("apps70.8-4-1-23.zz.sgn.sgn", .signed),
        ("RINGLIST.XML", .other),
        ("CTLSEP001E7AC4DA9C.tlv ", .other),
    ]

    @Test(arguments: names)
    func whatAFileIs(name: String, kind: PhoneFileName.Kind) {
        #expect(PhoneFileName(Array(name.utf8))?.kind == kind)
    }

    @Test(arguments: [
        ("SEP001E7AC4DA9C.cnf.xml.sgn", "SEP001E7AC4DA9C.cnf.xml"),
        ("New_Zealand/g3-tones.xml.SGN", "New_Zealand/g3-tones.xml"),
        ("SEP001E7AC4DA9C.cnf.xml", "SEP001E7AC4DA9C.cnf.xml"),
        (".sgn", ".sgn"),
    ])
    func theNameBeforeSigning(name: String, unsigned: String) throws {
        let name = try #require(PhoneFileName(Array(name.utf8)))
        #expect(String(decoding: name.unsigned, as: UTF8.self) == unsigned)
    }

    @Test func namesAreFitForLogLines() throws {
        let name = try #require(PhoneFileName([0x2e, 0x2e, 0x2f, 0x61, 0x0a, 0x1b, 0xe9]))
        #expect(name.description == "../a\\x0a\\x1b\\xe9")
    }

    @Test(arguments: [(0, false), (1, true), (512, true), (513, false)])
    func lengths(count: Int, isName: Bool) {
        #expect((PhoneFileName([UInt8](repeating: 0x61, count: count)) != nil) == isName)
    }

    @Test func tenThousandDamagedNames() {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<10_000 {
            let name = Self.names.randomElement(using: &generator)?.0 ?? ""
            let bytes = generator.mutated(Array(name.utf8))
            guard let read = PhoneFileName(bytes) else {
                #expect(bytes.isEmpty)
                continue
            }
            #expect(read.bytes == bytes && !read.unsigned.isEmpty)
            #expect(read.description.utf8.allSatisfy { 0x20...0x7e ~= $0 })
        }
    }
}
