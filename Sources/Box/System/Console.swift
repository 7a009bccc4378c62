import Glibc

/// Standard output and standard error, without buffering that a crash could lose.
public enum Console {
    public static func print(_ text: String) { write(text + "\n", to: 1) }

    public static func error(_ text: String) { write(text + "\n", to: 2) }

    /// Prints a document with one member a line, piece by piece: it may be large.
    public static func print(_ document: JSONValue) {
        document.writePretty(to: { write($0[...], to: 1) })
        write("\n", to: 1)
    }

    public static func write(_ text: String, to descriptor: Int32) { write(Array(text.utf8)[...], to: descriptor) }

    private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) {
        var rest = bytes
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count <= 0 {
                if count < 0, errno == EINTR { continue }
                return
            }
            rest = rest.dropFirst(count)
        }
    }
}
