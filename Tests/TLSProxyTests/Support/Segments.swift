import Dispatch
import TLSTestSupport

/// Passes a connection on in pieces.
enum Segments {
    static func pass(from source: TestSocket, to target: TestSocket, size: Int) {
        DispatchQueue(label: "segments").async {
            while let bytes = source.read(), !bytes.isEmpty {
                for start in stride(from: 0, to: bytes.count, by: size) {
                    guard (try? target.write(Array(bytes[start..<min(bytes.count, start + size)]))) != nil else {
                        return
                    }
                }
            }
            target.finish()
        }
    }
}
