import ConfigLanguage
import Inspection
import TestSupport
import Testing
import Wire

/// Bytes as text, for expectations that can be read.
func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// The call server of the tests, at 192.0.2.101 and outside at 10.10.0.26, with a phone proxy in front of it.
func phoneProxyBox(_ change: (inout PhoneProxyDefinition) -> Void = { _ in }) throws -> Configuration {
    var configuration = try Configuration.box().translating("192.0.2.101", to: "10.10.0.26")
    var proxy = PhoneProxyDefinition(name: "mypp")
    proxy.tftpServers = [.init(address: try address("192.0.2.101"), interface: "inside")]
    change(&proxy)
    configuration.phoneProxy = proxy
    return configuration
}

extension Configuration {
    /// `nat (inside,outside) static MAPPED service tcp REAL MAPPED` of one port.
    func translatingPort(_ real: String, _ realPort: UInt16, to mapped: String, _ mappedPort: UInt16) throws -> Self {
        var configuration = self
        configuration.translations.append(
            StaticTranslation(
                realInterface: "inside", mappedInterface: "outside", real: try Self.prefix(real),
                mapped: try Self.prefix(mapped),
                service: .init(transport: .tcp, realPort: realPort, mappedPort: mappedPort)))
        return configuration
    }
}

/// Rewrites `file` for a phone on `interface`, and holds it to what every rewriting promises: without its edits the
/// result is the file that came in, and rewriting it again changes nothing.
///
/// - Parameter hosts: what DNS knows.
func rewrite(
    _ file: [UInt8], _ configuration: Configuration, seenFrom interface: String = "outside",
    hosts: [String: String] = ["publisher.example.net": "192.0.2.101", "CCM4PUB": "192.0.2.101"],
    location: SourceLocation = #_sourceLocation
) throws -> RewrittenPhoneFile {
    let settings = RewriteSettings(configuration, seenFrom: interface)
    func run(_ file: [UInt8]) throws -> RewrittenPhoneFile {
        try PhoneFile.read(file).rewritten(settings) { name in hosts[name].flatMap { IPAddress($0) } }
    }
    let result = try run(file)
    #expect(try undone(result, file) == file, sourceLocation: location)
    let again = try run(result.bytes)
    #expect(again.bytes == result.bytes && again.changes.isEmpty && again.edits.isEmpty, sourceLocation: location)
    return result
}

/// `result` with what its edits put in taken out again, and what they took out put back from `file`.
func undone(_ result: RewrittenPhoneFile, _ file: [UInt8]) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = result.bytes[...]
    var position = 0
    for edit in result.edits {
        let kept = edit.range.lowerBound - position
        try #require(kept >= 0 && rest.count >= kept, "edits in order and apart")
        bytes += rest.prefix(kept)
        rest = rest.dropFirst(kept)
        try #require(rest.starts(with: edit.replacement), "the replacement stands in the result")
        rest = rest.dropFirst(edit.replacement.count)
        bytes += file[edit.range]
        position = edit.range.upperBound
    }
    return bytes + rest
}

/// `text` with each pair's first, which stands in it once, replaced by its second.
func replacing(_ pairs: [(String, String)], in text: String) throws -> String {
    try pairs.reduce(text) { text, pair in
        try #require(text.ranges(of: pair.0).count == 1, "\(pair.0) should stand in the file once")
        return text.replacing(pair.0, with: pair.1)
    }
}
