import CLinux
import Glibc

/// What a fleet is told while it runs: lines on a pipe, `calls NUMBER`, and at last `end`, or the pipe's own end.
struct CallOrders {
    private var buffer: [UInt8] = []
    /// Calls that were ordered, and not taken yet.
    private var ordered = 0
    private(set) var hasEnded = false

    /// Longer lines are no orders.
    private static let longestLine = 64

    /// Reads what has come; at its end the pipe is closed.
    mutating func read(from descriptor: Int32) {
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
        if count > 0 { return add(bytes[..<count]) }
        guard count == 0 || errno != EAGAIN && errno != EINTR else { return }
        hasEnded = true
        close(descriptor)
    }

    mutating func add(_ bytes: ArraySlice<UInt8>) {
        for byte in bytes {
            guard byte == 10 else {
                if buffer.count < Self.longestLine { buffer.append(byte) }
                continue
            }
            take(String(decoding: buffer, as: UTF8.self))
            buffer = []
        }
    }

    private mutating func take(_ line: String) {
        if line == "end" { hasEnded = true }
        let words = line.split(separator: " ")
        guard words.count == 2, words[0] == "calls", let number = Int(words[1]), (1...1_000_000).contains(number)
        else { return }
        ordered = min(ordered + number, 1_000_000)
    }

    /// How many calls were ordered since this was asked last.
    mutating func takeCalls() -> Int {
        defer { ordered = 0 }
        return ordered
    }
}
