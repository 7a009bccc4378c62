import Glibc
import Testing

@testable import ConfigLanguage

/// The example configurations that stand beside a checkout, where there are any.
@Suite("The six examples")
struct SharedExampleTests {
    private static func file(_ path: String) -> String? {
        let descriptor = unsafe open(path, O_RDONLY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    private static var folder: String {
        "\(#filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined())/shared/samples/examples"
    }

    @Test(arguments: 1...6)
    func haveNoErrorsAndSayWhatThePhonesTrust(_ number: Int) throws {
        guard let text = Self.file("\(Self.folder)/example\(number).cfg") else { return }
        let result = read(text)
        #expect(result.messages(.error).isEmpty)
        #expect(result.configuration.interfaces.count == 2)
        let list = try #require(result.configuration.ctlFiles["myctl"])
        #expect(!list.entries.isEmpty && !list.isShutdown)
        #expect(list.entries.allSatisfy { result.configuration.trustpoints[$0.trustpoint] != nil })
        let proxy = try #require(result.configuration.phoneProxy)
        #expect(proxy.ctlFile == "myctl" && proxy.tlsProxy != nil && proxy.tftpServers.count == 1)
    }

    /// The sixth hides the phones' addresses by dynamic NAT, and without it they would go out as they are.
    @Test(arguments: 1...6)
    func canBeRunButForTheOneWithDynamicNAT(_ number: Int) {
        guard let text = Self.file("\(Self.folder)/example\(number).cfg") else { return }
        #expect(read(text).messages(.notInForce) == (number == 6 ? ["nat dynamic"] : []))
    }
}
