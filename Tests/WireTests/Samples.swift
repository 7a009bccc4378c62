import TestSupport
import Wire

/// Hosts of both families that the tests' packets travel between.
enum Host {
    static let phone = IPAddress(v4: 0xc000_0202)  // 192.0.2.2
    static let server = IPAddress(v4: 0xc633_6405)  // 198.51.100.5
    static let other = IPAddress(v4: 0xcb00_71fe)  // 203.0.113.254
    static let phone6 = IPAddress(high: 0x2001_0db8_0000_0001, low: 2)
    static let server6 = IPAddress(high: 0x2001_0db8_0000_0002, low: 5)
    static let other6 = IPAddress(high: 0x2001_0db8_ffff_ffff, low: 0xfedc_ba98_7654_3210)

    static let v4 = PacketBuilder(from: phone, to: server)
    static let v6 = PacketBuilder(from: phone6, to: server6)
    static let bothFamilies = [v4, v6]
}

/// The error that `body` throws; `nil` when it returns.
func wireError<Value>(_ body: () throws(WireError) -> Value) -> WireError? {
    do throws(WireError) {
        _ = try body()
        return nil
    } catch {
        return error
    }
}

func decode(_ packet: [UInt8], allowTruncation: Bool = false) throws(WireError) -> IPHeader {
    try IPHeader.decode(packet.span, allowTruncation: allowTruncation)
}

extension PacketBuilder {
    /// This builder with `change` made to it.
    func with(_ change: (inout PacketBuilder) -> Void) -> PacketBuilder {
        var copy = self
        change(&copy)
        return copy
    }

    /// The packet that goes the other way.
    var reversed: PacketBuilder { with { ($0.source, $0.destination) = ($0.destination, $0.source) } }
}
