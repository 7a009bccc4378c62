/// How the upper twenty bits of a packet's mark are used: the value that says "for our queues", and which one. The
/// lower twelve bits are left to others, such as policy routing.
enum QueueMark {
    /// Bits that say that a packet is for one of our queues, or was.
    static let kindMask: UInt32 = 0xfff0_0000
    static let kind: UInt32 = 0x5050_0000
    /// ``kindMask`` and the interface's index.
    static let mask: UInt32 = 0xffff_f000
    /// What ``Injector`` puts on packets that the box made itself, so that no rule sends them back to it.
    static let injected: UInt32 = 0x5060_0000
    /// What ``SelfTest`` puts on its datagrams.
    static let selfTest: UInt32 = 0x5070_0000
    /// What belongs to a socket of the TLS terminator. Its sockets must not have it: what they send would come back.
    static let terminated: UInt32 = 0x5080_0000
    /// What opens a connection that the engine wants carried as a stream.
    static let redirected: UInt32 = 0x5090_0000
    /// As many as the eight bits of the index can tell apart.
    static let maximumInterfaces = 256

    static func value(interface index: Int) -> UInt32 { kind | UInt32(truncatingIfNeeded: index & 0xff) << 12 }

    /// Says that a packet is for the queue of the interface; connection tracking leaves it alone.
    static func steer(interface index: Int) -> String {
        "meta mark set meta mark & \(text(~mask)) | \(text(value(interface: index))) notrack accept"
    }

    /// `0x50500000`, as nft and iptables read it.
    static func text(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
    }
}
