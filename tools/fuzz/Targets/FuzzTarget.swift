/// One thing to throw bytes at. To add one: write its function in a file of its own in this folder, name it in ``all``,
/// and give it a few inputs in `tools/fuzz/corpus/<name>`; `tools/fuzz/run` and the regression tests find it there.
public struct FuzzTarget: Sendable {
    public let name: String
    /// Takes any bytes; returns which promise was broken, if one was. Traps are the fuzzer's to find.
    public let brokenPromise: @Sendable (Span<UInt8>) -> String?

    public static let all = [
        FuzzTarget(name: "wire", brokenPromise: { wirePromise($0) }),
        FuzzTarget(name: "tftp", brokenPromise: { tftpPromise($0) }),
    ]

    public static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}
