import CLinux
import Glibc
import SystemCalls

/// Looks at all packets of a network namespace, as tcpdump does.
///
/// This file is one of the thin wrappers around C.
final class Tap {
    private let descriptor: Descriptor

    init() throws {
        let everything = Int32(UInt16(ETH_P_ALL).bigEndian)
        descriptor = try Descriptor(socket(AF_PACKET, Int32(SOCK_RAW.rawValue), everything), from: "socket(AF_PACKET)")
    }

    /// Whether a frame that ends with `payload` passes within a second.
    func sees(_ payload: [UInt8]) throws -> Bool {
        var frame = [UInt8](repeating: 0, count: 2048)
        while try descriptor.waitReadable(milliseconds: 1000) {
            let count = unsafe recv(descriptor.number, &frame, frame.count, 0)
            if count >= payload.count, frame[..<count].suffix(payload.count) == payload[...] { return true }
        }
        return false
    }
}
