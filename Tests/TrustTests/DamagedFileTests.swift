import TestSupport
import Testing
import Wire

@testable import Trust

/// A corpus of damaged files: every field of a good one, damaged in every way that there is for a field.
@Suite struct DamagedFileTests {
    enum Damage: CaseIterable {
        case tagChanged, lengthPlusOne, lengthMinusOne, lengthHuge, lengthZero, valueFlipped, lastByteFlipped
        case fieldDoubled, fieldRemoved, cutBefore, cutInside

        func apply(_ file: [UInt8], _ field: FieldMap.Field) -> [UInt8] {
            var file = file
            let length = field.value.count
            let whole = field.tag..<field.value.upperBound
            switch self {
            case .tagChanged: file[field.tag] ^= 0x40
            case .lengthPlusOne: Self.setLength(&file, field, length + 1)
            case .lengthMinusOne: Self.setLength(&file, field, length - 1)
            case .lengthHuge: Self.setLength(&file, field, 0xffff)
            case .lengthZero: Self.setLength(&file, field, 0)
            case .valueFlipped: file[field.value.lowerBound] ^= 1
            case .lastByteFlipped: file[field.value.upperBound - 1] ^= 0x80
            case .fieldDoubled: file.insert(contentsOf: file[whole], at: field.tag)
            case .fieldRemoved: file.removeSubrange(whole)
            case .cutBefore: file.removeSubrange(field.tag...)
            case .cutInside: file.removeSubrange((field.tag + 2)...)
            }
            return file
        }

        private static func setLength(_ file: inout [UInt8], _ field: FieldMap.Field, _ length: Int) {
            file[field.tag + 1] = UInt8(truncatingIfNeeded: length >> 8)
            file[field.tag + 2] = UInt8(truncatingIfNeeded: length)
        }
    }

    private static let list = Result { try PhoneFileSite.shared.get().list() }
    private static let signed = Result {
        try PhoneFileSite.shared.get().file("SEP001122334455.cnf.xml.sgn", Array("<device/>".utf8))
    }

    @Test("no damaged list is a list", arguments: Damage.allCases)
    func lists(damage: Damage) throws {
        let good = try Self.list.get()
        let installed = try TrustList.verify(good)
        let fields = FieldMap(good, hasRecords: true).fields
        #expect(fields.count == 14 + 4 * 10)
        for field in fields {
            let bad = damage.apply(good, field)

            try #require(bad != good, "\(field.name)")
            let rejection = PhoneFileSite.rejection(list: bad, installed: installed)
            #expect(rejection != nil, "\(field.name)")
        }
    }

    @Test("no damaged signed file is one", arguments: Damage.allCases)
    func signedFiles(damage: Damage) throws {
        let list = try TrustList.verify(Self.list.get())
        let good = try Self.signed.get()
        let fields = FieldMap(good, hasRecords: false).fields
        #expect(fields.count == 14)
        for field in fields {
            let rejection = PhoneFileSite.rejection(file: damage.apply(good, field), with: list)
            #expect(rejection != nil, "\(field.name)")
        }
    }

    @Test("every byte counts")
    func everyByte() throws {
        let list = try TrustList.verify(Self.list.get())
        let good = try Self.signed.get()
        for index in good.indices {
            var bad = good
            bad[index] ^= 1
            #expect(PhoneFileSite.rejection(file: bad, with: list) != nil, "byte \(index)")
        }
        for count in 0..<good.count {
            #expect(PhoneFileSite.rejection(file: Array(good.prefix(count)), with: list) != nil, "\(count) bytes")
        }
    }

    /// What is wrong, where, and in whose words: the reasons that an engineer reads.
    @Test(
        "the reason names part, field and offset",
        arguments: [
            ("header 1", Damage.tagChanged, "header: VERSION is missing where it belongs, at offset 0"),
            ("header 1", .valueFlipped, "header: VERSION has a value that is not known, at offset 3"),
            ("header 2", .valueFlipped, "header: SIGNATURE runs past the end of what it is in"),
            ("header 3", .lengthPlusOne, "header: field is not one that belongs here, at offset"),
            ("header 3.4", .tagChanged, "header: field is not one that belongs here, at offset 13"),
            ("header 3.4", .fieldDoubled, "header: SIGNERNAME stands there twice, at offset 51"),
            ("header 3.4", .lengthHuge, "header: SIGNERNAME runs past the end of what it is in, at offset 13"),
            ("header 3.4", .lastByteFlipped, "header: SIGNERNAME does not end with a zero byte, at offset 16"),
            ("header 3.5", .lengthZero, "header: SERIALNUMBER has a length that it can not have"),
            ("header 7.8", .lastByteFlipped, "header: DIGESTALGORITHM has a value that is not known"),
            ("header 7.9.10", .valueFlipped, "header: SIGNATUREALGORITHM has a value that is not known"),
            ("header 7.9.11", .valueFlipped, "header: SIGNATURE is not as long as SIGNATUREMODULUS says"),
            ("header 7.9.11", .lastByteFlipped, "header: SIGNATUREMODULUS has a value that is not known"),
            ("header 12", .valueFlipped, "the signature is not this signer's over these bytes"),
            ("header 12", .tagChanged, "header: SIGNATURE is missing where it belongs"),
            ("header 14", .valueFlipped, "signed for the name BTLFile.tlv, not for CTLFile.tlv"),
            ("header 15", .valueFlipped, "the signature is not this signer's over these bytes"),
            ("header 15", .tagChanged, "header: field is not one that belongs here"),
            ("record 1 1", .tagChanged, "record 1: RECORDLENGTH is missing where it belongs"),
            ("record 2 3", .lastByteFlipped, "record 2: SUBJECTNAME does not end with a zero byte"),
            ("record 2 4", .tagChanged, "record 2: field is not one that belongs here"),
            ("record 2 4", .lengthPlusOne, "record 2: FUNCTION has a length that it can not have"),
            ("record 3 6", .valueFlipped, "record 3: SERIALNUMBER is not its certificate's"),
            ("record 3 7", .lastByteFlipped, "record 3: PUBLICKEY is not its certificate's"),
            ("record 3 8", .valueFlipped, "record 3: SIGNATURE is not its certificate's"),
            ("record 3 9", .valueFlipped, "record 3: CERTIFICATE: the certificate cannot be read"),
            ("record 4 10", .cutInside, "record 4: RECORDLENGTH runs past the end of what it is in"),
            ("record 4 10", .fieldDoubled, "record 5: RECORDLENGTH is missing where it belongs"),
        ] as [(String, Damage, String)])
    func reasons(field: String, damage: Damage, reason: String) throws {
        let good = try Self.list.get()
        let place = try #require(FieldMap(good, hasRecords: true).fields.first { $0.name == field })
        let rejection = try #require(PhoneFileSite.rejection(list: damage.apply(good, place)))
        #expect(rejection.description.hasPrefix(reason), "\(rejection)")
    }

    @Test(
        "damage to a header's whole is seen as such, under a good signature",
        arguments: [
            ("three zeros for padding", "header: field is not one that belongs here"),
            ("a name behind the padding", "header: PADDING is followed by something else"),
            ("four bytes too many", "header: PADDING is more than such a file can have"),
            ("no padding", "header: HEADERLENGTH is not a multiple of 4"),
            ("two times", "header: field is not one that belongs here"),
            ("no name", "header: FILENAME is missing where it belongs"),
            ("a zero in the name", "header: FILENAME has a zero byte inside"),
            ("two names of the signer", "header: SIGNERNAME stands there twice"),
            ("no issuer", "header: CANAME is missing where it belongs"),
            ("version 2.0", "header: VERSION has a value that is not known"),
            ("digest 4", "header: DIGESTALGORITHM has a value that is not known"),
        ])
    func wholeHeader(what: String, reason: String) throws {
        let site = try PhoneFileSite.shared.get()
        var file = HandMadeFile("CTLFile.tlv", site.sast0, body: try site.sast0.record(.sast).encode())
        let plain = try file.signed(by: site.sast0.key)
        let header = try SignedFile.decode(plain.span).header
        let needed = plain[..<header.length].reversed().prefix { $0 == 13 }.count
        let padding = [UInt8](repeating: 13, count: needed)
        switch what {
        case "three zeros for padding": file.padding = [UInt8](repeating: 0, count: needed + 4)
        case "a name behind the padding": file.padding = padding + [13, 14, 0, 0]
        case "four bytes too many": file.padding = padding + [13, 13, 13, 13]
        case "no padding": file.padding = needed == 0 ? [13] : []
        case "two times": file.end.append(HandMadeFile.field(15, [0, 0, 0, 0]))
        case "no name": file.end.removeFirst()
        case "a zero in the name": file.end[0] = HandMadeFile.field(14, HandMadeFile.text("CTL\0File.tlv"))
        case "two names of the signer": file.identity.append(file.identity[0])
        case "no issuer": file.identity.removeLast()
        case "version 2.0": file.version = [2, 0]
        default: file.digest = [4]
        }
        let rejection = try #require(PhoneFileSite.rejection(list: try file.signed(by: site.sast0.key)))
        #expect(rejection.description.hasPrefix(reason), "\(rejection)")
    }

    @Test("a list can not be endless")
    func limits() throws {
        let site = try PhoneFileSite.shared.get()
        let bare = try TrustRecord(role: .ccm).encode()
        var file = HandMadeFile("CTLFile.tlv", site.sast0, body: Array(repeating: bare, count: 513).flatMap(\.self))
        let many = try #require(PhoneFileSite.rejection(list: try file.signed(by: site.sast0.key)))
        #expect(many.description.hasPrefix("file: RECORDLENGTH would be one record too many"))
        file.body = [UInt8](repeating: 0, count: FileLimits.readList)
        let large = try #require(PhoneFileSite.rejection(list: try file.signed(by: site.sast0.key)))
        #expect(large.description.hasPrefix("file: length is more than such a file can have"))
    }

    @Test("10,000 lists and 10,000 files with small damages: whatever verifies is what was signed")
    func mutations() throws {
        let good = try Self.list.get()
        let file = try Self.signed.get()
        let list = try TrustList.verify(good)
        var random = SeededGenerator(seed: 2010)
        for round in 0..<10_000 {
            let mutatedList = random.mutated(good)
            let mutatedFile = random.mutated(file)
            if PhoneFileSite.rejection(list: mutatedList, installed: list) == nil {
                try #require(mutatedList == good, "round \(round)")
            }
            if PhoneFileSite.rejection(file: mutatedFile, with: list) == nil {
                try #require(mutatedFile == file, "round \(round)")
            }
        }
    }
}
