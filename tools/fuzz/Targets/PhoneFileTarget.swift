import ConfigLanguage
import Inspection
import TestSupport
import Wire

/// The whole input is a phone's configuration file. It is refused, or what comes of it is secure, can be read again,
/// and leaves nothing more to change.
func phoneFilePromise(_ input: Span<UInt8>) -> String? {
    guard let first = rewritten(input.bytes(in: 0..<input.count)) else { return nil }
    guard let document = try? XMLDocument.read(first.bytes) else { return "what comes of it is not XML" }
    let modes = document.children(of: XMLDocument.root, named: "deviceSecurityMode")
    guard !modes.isEmpty, modes.allSatisfy({ (try? document.value(of: $0)) == "3" }) else { return "it is not secure" }
    guard let second = rewritten(first.bytes) else { return "what comes of it is refused" }
    guard second.bytes == first.bytes, second.edits.isEmpty, second.changes.isEmpty else {
        return "rewriting it again changes it again"
    }
    return nil
}

private func rewritten(_ file: [UInt8]) -> RewrittenPhoneFile? {
    try? PhoneFile.read(file).rewritten(settings) { $0 == "nobody" ? nil : IPAddress(v4: 0xc000_0269) }
}

private let settings: RewriteSettings = {
    var configuration = Configuration.read(
        fuzzedNetwork
            + """
            object network secure
             host 192.0.2.105
             nat (inside,outside) static interface service tcp 2443 7443

            """, file: "fuzz.cfg"
    ).configuration
    var proxy = PhoneProxyDefinition(name: "phones")
    proxy.proxyServer = .init(address: IPAddress(v4: 0xc000_0265), interface: "inside")
    configuration.phoneProxy = proxy
    return RewriteSettings(configuration, seenFrom: "outside")
}()

func phoneFileSeeds() -> [FuzzTarget.Seed] {
    [
        .init(name: "skinny", bytes: Array(SamplePhoneFiles.skinny7960.utf8)),
        .init(name: "sip", bytes: SamplePhoneFiles.sip7961),
        .init(name: "handmade", bytes: Array(SamplePhoneFiles.handmade.utf8)),
        .init(name: "utf-16", bytes: SamplePhoneFiles.utf16(SamplePhoneFiles.handmade)),
        .init(name: "encrypted", bytes: Array(SamplePhoneFiles.encrypted.utf8)),
    ]
}
