/// TFTP messages as bytes (RFC 1350, RFC 2347).
public enum TFTPBytes {
    public typealias Options = [(name: String, value: String)]

    public static func readRequest(_ file: String, mode: String = "octet", options: Options = []) -> [UInt8] {
        [0, 1] + text(file) + text(mode) + pairs(options)
    }

    public static func writeRequest(_ file: String, mode: String = "octet", options: Options = []) -> [UInt8] {
        [0, 2] + text(file) + text(mode) + pairs(options)
    }

    public static func data(_ block: UInt16, _ payload: [UInt8]) -> [UInt8] { [0, 3] + bigEndian(block) + payload }

    public static func acknowledgment(_ block: UInt16) -> [UInt8] { [0, 4] + bigEndian(block) }

    public static func error(_ code: UInt16, _ message: String) -> [UInt8] {
        [0, 5] + bigEndian(code) + text(message)
    }

    public static func optionAcknowledgment(_ options: Options) -> [UInt8] { [0, 6] + pairs(options) }

    /// `string` and its terminator.
    public static func text(_ string: String) -> [UInt8] { Array(string.utf8) + [0] }

    private static func pairs(_ options: Options) -> [UInt8] {
        options.flatMap { text($0.name) + text($0.value) }
    }
}
