import TestSupport
import Wire

/// The first byte is the version that phone and server have agreed on (0: none known), the rest one direction of their
/// connection.
func skinnyPromise(_ input: Span<UInt8>) -> String? {
    guard input.count > 0 else { return nil }
    let negotiated = input[0] == 0 ? nil : input[0]
    var rest = input.extracting(1...)
    while true {
        switch SkinnyFraming.next(rest) {
        case .needMore(let count): return 1...8200 ~= count ? nil : "waits for \(count) bytes"
        case .malformed: return nil
        case .complete(let length):
            guard 12...8200 ~= length, length <= rest.count else { return "a message of \(length) bytes" }
            let promise = messagePromise(rest.extracting(..<length), negotiated)
            if let promise { return promise }
            rest = rest.extracting(length...)
        }
    }
}

private func messagePromise(_ bytes: Span<UInt8>, _ negotiated: UInt8?) -> String? {
    guard let message = try? SkinnyMessage.read(bytes, negotiated: negotiated) else { return "a whole one is refused" }
    guard message.bytes == bytes.bytes(in: 0..<bytes.count) else { return "reading changes it" }
    _ = message.strings(upTo: 16)
    for field in message.fields {
        guard let range = message.range(of: field) else { continue }
        guard range.lowerBound >= 12, range.upperBound <= message.bytes.count else { return "a field outside" }
        _ = message.text(field)
        if let promise = changePromise(message, field, range) { return promise }
    }
    return keyPromise(message)
}

/// What is written is read again, and nothing else changes.
private func changePromise(_ message: SkinnyMessage, _ field: SkinnyField, _ range: Range<Int>) -> String? {
    var changed = message
    if let number = message.number(field) {
        changed.set(field, to: number)
        guard changed.bytes == message.bytes else { return "a number is not written as it was read" }
        changed.set(field, to: number ^ 0x5a)
        guard changed.number(field) == number ^ 0x5a else { return "a number is lost" }
    } else if changed.set(field, to: IPAddress(v4: 0xc000_0201)) {
        guard changed.address(field) == IPAddress(v4: 0xc000_0201) else { return "an address is lost" }
    } else {
        changed.clear(field)
    }
    let isApart =
        changed.bytes.count == message.bytes.count
        && changed.bytes[..<range.lowerBound] == message.bytes[..<range.lowerBound]
        && changed.bytes[range.upperBound...] == message.bytes[range.upperBound...]
    return isApart ? nil : "a change reaches beyond its field"
}

private func keyPromise(_ message: SkinnyMessage) -> String? {
    var changed = message
    let suite = SRTPSuite.aesCM128HMACSHA1x32
    guard let key = SRTPMasterKey((1...30).map { UInt8($0) }, for: suite) else { return "no key" }
    let isSet = changed.setEncryption(suite, key)
    guard isSet == (message.encryption != .impossible) else { return "room for a key, and none" }
    return isSet == (changed.encryption == .key(suite, key)) ? nil : "a key is lost"
}

func skinnySeeds() -> [FuzzTarget.Seed] {
    let register = SkinnyBytes.register("SEP001122334455", version: 20)
    let wide = SkinnyBytes(0x8a, version: 20, length: 136)
    return [
        .init(name: "registration", bytes: [20] + register.all + SkinnyBytes(0x02, length: 8).all),
        .init(name: "narrow", bytes: [11] + SkinnyBytes(0x105, length: 112).all + SkinnyBytes(0x8a, length: 120).all),
        .init(name: "wide", bytes: [20] + SkinnyBytes(0x105, version: 20, length: 136).all + wide.all),
        .init(
            name: "acknowledged", bytes: [17] + SkinnyBytes(0x22, length: 40).all + SkinnyBytes(0x154, length: 44).all),
        .init(name: "servers", bytes: [8] + SkinnyBytes(0x9e, length: 284).all),
        .init(name: "video", bytes: [22] + SkinnyBytes(0x131, length: 196).all + SkinnyBytes(0x132, length: 188).all),
        .init(name: "calls", bytes: [3] + SkinnyBytes(0x8f, length: 388).all + SkinnyBytes(0x111, length: 28).all),
        .init(name: "keep-alive", bytes: [0] + SkinnyBytes(0, length: 4).all + SkinnyBytes(0x100, length: 4).all),
    ]
}
