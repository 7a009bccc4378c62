import TestSupport
import Testing
import Wire

@Suite("Addresses as text")
struct IPAddressTests {
    @Test(
        "an address is printed in its canonical form (RFC 5952)",
        arguments: [
            ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("192.0.2.101", "192.0.2.101"),
            ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:db8::", "2001:db8::"),
            ("2001:0DB8:0:0:0:0:0:1", "2001:db8::1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
            ("::ffff:192.0.2.1", "192.0.2.1"), ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
        ])
    func canonical(text: String, printed: String) throws {
        let parsed = try address(text)
        #expect(parsed.description == printed)
        #expect(try address(printed) == parsed)
    }

    @Test(
        "what is no address is refused",
        arguments: [
            "", ".", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.04", "1..2.3", "+1.2.3.4", "1.2.3.-0", "1.2.3.4 ",
            ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "-0::1", "+1::", ":1:2::",
            "1.2.3.4::", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3", "fe80::1%eth0", "1:2:3:4:5:6:7:8::",
        ])
    func refused(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test("every address survives being printed and read")
    func roundTrip() throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<20_000 {
            // Zero groups are common in real addresses and are where printing can go wrong.
            let mask = random.next() | random.next() << 16
            let words = (random.next() & mask, random.next() & (mask << 32 | mask >> 32))
            let original =
                random.next().isMultiple(of: 3)
                ? IPAddress(v4: UInt32(truncatingIfNeeded: words.0)) : IPAddress(high: words.0, low: words.1)
            #expect(IPAddress(original.description) == original, "\(original)")
        }
    }

    @Test("special addresses are recognised in both families")
    func special() throws {
        #expect(try address("224.0.0.1").isMulticast && address("ff02::1").isMulticast)
        #expect(try !address("223.255.255.255").isMulticast && !address("fe80::1").isMulticast)
        #expect(try address("127.9.9.9").isLoopback && address("::1").isLoopback && !address("::2").isLoopback)
        #expect(IPAddress.anyV4.isUnspecified && IPAddress.anyV6.isUnspecified && IPAddress.anyV4 != .anyV6)
        #expect(try address("255.255.255.255").isLimitedBroadcast && !address("ffff::").isLimitedBroadcast)
    }

    @Test("an endpoint is printed with its port, an IPv6 address in brackets")
    func endpoints() throws {
        #expect(try endpoint("192.0.2.1:69").description == "192.0.2.1:69")
        #expect(try endpoint("[2001:db8::1]:5060").description == "[2001:db8::1]:5060")
    }
}

@Suite("Networks")
struct IPPrefixTests {
    @Test(
        "a network holds its own addresses and no others",
        arguments: [
            ("192.0.2.77", 24, "192.0.2.0", "192.0.2.255", "192.0.3.0", "255.255.255.0"),
            ("10.1.2.3", 32, "10.1.2.3", "10.1.2.3", "10.1.2.2", "255.255.255.255"),
            ("10.1.2.3", 0, "0.0.0.0", "255.255.255.255", "::", "0.0.0.0"),
            ("10.200.0.0", 9, "10.128.0.0", "10.255.255.255", "10.127.255.255", "255.128.0.0"),
            ("2001:db8::1", 32, "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::", "ffff:ffff::"),
            (
                "2001:db8::1", 65, "2001:db8::", "2001:db8::7fff:ffff:ffff:ffff", "2001:db8::8000:0:0:0",
                "ffff:ffff:ffff:ffff:8000::"
            ),
            ("::5", 0, "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "10.0.0.1", "::"),
        ])
    func bounds(
        text: String, length: Int, first: String, last: String, outside: String, mask: String
    ) throws {
        let prefix = try #require(IPPrefix(try address(text), length: length))
        #expect(prefix.address.description == first)
        #expect(prefix.last.description == last)
        #expect(prefix.mask.description == mask)
        #expect(try prefix.contains(address(first)) && prefix.contains(address(last)))
        #expect(try !prefix.contains(address(outside)))
        #expect(prefix.description == "\(first)/\(length)")
    }

    @Test("lengths and masks that make no network are refused")
    func refused() throws {
        #expect(IPPrefix(Host.phone, length: 33) == nil && IPPrefix(Host.phone, length: -1) == nil)
        #expect(IPPrefix(Host.phone6, length: 129) == nil)
        #expect(IPPrefix(Host.phone, mask: try address("255.0.255.0")) == nil)
        #expect(IPPrefix(Host.phone, mask: Host.phone6) == nil && IPPrefix(Host.phone6, mask: Host.phone) == nil)
        #expect(IPPrefix(Host.phone, mask: try address("255.255.255.240"))?.length == 28)
        #expect(IPPrefix(Host.phone, mask: .anyV4)?.length == 0)
        #expect(IPPrefix(host: Host.phone6).isHost && !IPPrefix.anyV4.isHost)
    }
}
