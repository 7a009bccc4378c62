import TestSupport
import Testing
import Wire

@Suite struct TLSRecordTests {
    @Test func aRecordIsWholeWithItsLastByte() {
        let bytes: [UInt8] = [22, 3, 1, 0, 3, 1, 2, 3, 99]
        for count in 0..<8 { #expect(TLSRecord.next(bytes.span.extracting(..<count)) == .needMore) }
        let record = TLSRecord(.handshake, version: 0x0301, fragmentLength: 3)
        #expect(TLSRecord.next(bytes.span) == .complete(record) && record.length == 8)
    }

    @Test(
        arguments: [
            ([19, 3, 3, 0, 0], WireError(.tls, .type, .invalid, at: 0)),
            ([22, 2, 0, 0, 0], WireError(.tls, .version, .unsupported, at: 1)),
            ([22, 3, 3, 0x48, 1], WireError(.tls, .length, .tooLong, at: 3)),
        ] as [([UInt8], WireError)])
    func whatIsNoTLSIsTold(bytes: [UInt8], error: WireError) {
        #expect(TLSRecord.next(bytes.span) == .malformed(error))
    }

    /// Cut at every byte: an error, or a hello without its extensions.
    @Test func aServerHelloIsReadWithinItsBounds() throws {
        let random = (0..<32).map { UInt8($0) }
        let extensions = bytes(hex: "0011 0016 0000 002b 0002 0304 0033 0003 010203")
        let hello = [3, 3] + random + [2, 7, 7] + [0x13, 0x02, 0] + extensions
        let whole = try TLSServerHello(hello.span)
        #expect(whole.version == 0x0304 && whole.cipherSuite == 0x1302 && whole.random == random)
        #expect(whole.encryptsThenAuthenticates && !whole.isRetryRequest)
        for count in 0..<hello.count {
            let cut = try? TLSServerHello(hello.span.extracting(..<count))
            #expect((cut != nil) == (count == hello.count - extensions.count))
        }
    }

    @Test func onlyHellosBeginAConnection() {
        func isHello(_ bytes: [UInt8]) -> Bool { TLSRecord.isHello(bytes.span) }
        #expect(isHello([22, 3, 1, 0, 100, 1]) && isHello([22, 3, 3, 0, 100, 2]))
        #expect(!isHello([22, 3, 1, 0, 100]) && !isHello([22, 3, 1, 0, 100, 11]) && !isHello([23, 3, 1, 0, 100, 1]))
        #expect(!isHello([22, 3, 1, 0, 3, 1]) && !isHello([22, 2, 1, 0, 100, 1]) && !isHello([]))
    }
}
