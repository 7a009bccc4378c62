import CLinux
import Glibc
import SystemCalls

/// On which devices somebody looks at all packets, as tcpdump does (packet(7)). A tap sees what passes the queueing
/// discipline on its way out, and nothing of what is handed to the device directly.
struct PacketTaps {
    /// By their indexes; 0 stands for all. `nil`: it can not be told.
    private let devices: Set<Int32>?

    /// Those there are in this thread's network namespace.
    static var current: PacketTaps { PacketTaps(read("/proc/thread-self/net/packet")) }

    /// - Parameter table: as the kernel lists packet sockets, one a line below a heading: address, references, type, protocol
    ///   (hexadecimal), device, and more.
    init(_ table: String?) {
        let lines = table?.split(separator: "\n").dropFirst().map { $0.split(separator: " ") }
        devices = lines.map { lines in
            Set(lines.filter { $0.count > 4 && Int32($0[3], radix: 16) == ETH_P_ALL }.compactMap { Int32($0[4]) })
        }
    }

    /// Whether somebody looks at the packets of the device with this index; yes, where it can not be told.
    func watch(_ device: Int32) -> Bool { devices.map { $0.contains(0) || $0.contains(device) } ?? true }

    /// What `path` holds; `nil` of more than is looked at, too: a tap may stand in the rest.
    static func read(_ path: String) -> String? {
        guard let file = try? Descriptor(unsafe open(path, O_RDONLY | O_CLOEXEC), from: path) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        var end = 0
        while end < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(file.number, buffer.baseAddress?.advanced(by: end), buffer.count - end)
            }
            if count < 0 { return nil }
            if count == 0 { return String(decoding: bytes[..<end], as: UTF8.self) }
            end += count
        }
        return nil
    }
}
