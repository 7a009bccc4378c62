/// Bytes as `tcpdump -X` shows them: offset, sixteen bytes in hexadecimal, printable characters.
public func hexDump(_ bytes: [UInt8]) -> String {
    stride(from: 0, to: bytes.count, by: 16).map { start in
        let row = bytes[start..<min(start + 16, bytes.count)]
        let cells = row.map(hex).joined(separator: " ")
        let printable = row.map { (0x20...0x7e).contains($0) ? $0 : UInt8(ascii: ".") }
        let gap = String(repeating: " ", count: 49 - cells.utf8.count)
        return offset(start) + cells + gap + String(decoding: printable, as: UTF8.self)
    }
    .joined(separator: "\n")
}

/// The rows in which two byte strings differ, `-` for `left` and `+` for `right`; empty when they are equal.
public func hexDifference(_ left: [UInt8], _ right: [UInt8]) -> String {
    guard left != right else { return "" }
    var lines = left.count == right.count ? [] : ["\(left.count) bytes against \(right.count)"]
    let leftRows = hexDump(left).split(separator: "\n")
    let rightRows = hexDump(right).split(separator: "\n")
    for index in 0..<max(leftRows.count, rightRows.count) {
        let before = index < leftRows.count ? leftRows[index] : ""
        let after = index < rightRows.count ? rightRows[index] : ""
        guard before != after else { continue }
        if !before.isEmpty { lines.append("- " + before) }
        if !after.isEmpty { lines.append("+ " + after) }
    }
    return lines.joined(separator: "\n")
}

/// Bytes from hexadecimal digits; anything else in `text` is skipped, so that dumps can be laid out to be read.
public func bytes(hex text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

private func hex(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.utf8.count == 1 ? "0" + digits : digits
}

private func offset(_ start: Int) -> String {
    let digits = String(start, radix: 16)
    return "0x" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits + ":  "
}
