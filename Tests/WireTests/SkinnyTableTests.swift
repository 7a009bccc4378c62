import TestSupport
import Testing
import Wire

/// Every distinct message of the recordings beside the checkout, read as tshark reads it, and written as it came.
@Suite("Skinny messages as recorded")
struct SkinnyTableTests {
    struct Line: Sendable {
        var file: String
        var isFromPhone: Bool
        var bytes: [UInt8]
    }

    private static let lines: [Line] = {
        let path = TestFiles.repositoryRoot() + "/../shared/captures/sccp/pdus.tsv"
        let text = (try? TestFiles.read(path)) ?? []
        return text.split(separator: UInt8(ascii: "\n")).dropFirst().map { line in
            let columns = line.split(separator: UInt8(ascii: "\t")).map { String(decoding: $0, as: UTF8.self) }
            return Line(file: columns[0], isFromPhone: columns[3] == "phone>cm", bytes: bytes(hex: columns[7]))
        }
    }()

    /// What phone and server had agreed on in each recording; the others' headers say it.
    private static func negotiated(_ file: String) -> UInt8? {
        ["v3", "v5", "v8", "v11", "v17"].first { file.contains("_\($0).") || file.contains("_\($0)_") }
            .flatMap { UInt8($0.dropFirst()) }
    }

    private static func message(_ line: Line) throws -> SkinnyMessage {
        try SkinnyMessage.read(line.bytes.span, negotiated: negotiated(line.file))
    }

    @Test("the list is whole, where it is") func count() {
        #expect(Self.lines.isEmpty || Self.lines.count == 1313)
    }

    @Test("each is cut, read, and the same bytes") func framing() throws {
        for line in Self.lines {
            #expect(SkinnyFraming.next(line.bytes.span) == .complete(length: line.bytes.count))
            var message = try Self.message(line)
            #expect(message.bytes == line.bytes)
            #expect(message.id.isFromPhone == line.isFromPhone, "\(message.id.label)")
            // Every field written as it was read: the same bytes again, whatever its padding.
            for field in message.fields {
                if let number = message.number(field) { message.set(field, to: number) }
            }
            #expect(message.bytes == line.bytes)
        }
    }

    /// tshark calls these otherwise, or does not know them.
    private static let otherNames = [
        "KeepAliveMessage": "KeepAliveReq", "RegisterMessage": "RegisterReq", "UnregisterMessage": "UnregisterReq",
        "StartMediaReception": "Unknown", "StopMediaReception": "Unknown",
    ]

    /// Fields that tshark has under another name.
    private static func column(_ field: SkinnyField, of id: SkinnyMessageID) -> String? {
        switch (field, id) {
        case (.deviceName, _): "DeviceName"
        case (.stationInstance, _): "instance"
        case (.protocolVer, .registerAck): "maxProtocolVer"
        case (.reason, _): "unRegReasonCode"
        case (.serverName, .serverRes): "ServerName"
        case (.serverIpAddr, _): "stationIpAddr"
        case (.rfc2833PayloadType, _): "RFC2833PayloadType"
        case (.status, .openReceiveChannelAck): "mediaReceptionStatus"
        case (.status, .startMediaTransmissionAck): "mediaTransmissionStatus"
        case (.sourceIpAddr, _), (.ipAddr, _), (.remoteIpAddr, _), (.transmitIpAddr, _): field.rawValue + ".ipv4"
        // Read by parts, or not shown as one value.
        case (.stationUserId, _), (.codecParams, _), (.phoneFeatures, _), (.key, _), (.salt, _), (.macAddress, _),
            (.stationIpV6Addr, _), (.partyPIRestrictionBits, _), (.capability, _):
            nil
        default: field.rawValue
        }
    }

    private static func value(_ message: SkinnyMessage, _ field: SkinnyField, _ index: Int) -> String? {
        if let number = message.number(field, index) { return String(number) }
        if let address = message.address(field, index) { return address.description }
        return message.text(field, index).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func values(_ message: SkinnyMessage, _ field: SkinnyField) -> [String] {
        var found: [String] = []
        while let value = value(message, field, found.count) { found.append(value) }
        return found
    }

    /// Those of which tshark decodes another form than was sent, since it goes by the header alone: CallManager 2's, which
    /// it takes for later ones.
    private static func isReadOtherwise(_ line: Line, _ message: SkinnyMessage) -> Bool {
        line.file.hasPrefix("pyskinny_cm2") && message.id == .startMediaTransmission
    }

    @Test("names and fields are tshark's") func asTsharkReadsThem() throws {
        guard !Self.lines.isEmpty else { return }
        let messages = try Self.lines.map { try Self.message($0) }
        let packets = zip(Self.lines, messages).enumerated().map { index, pair in
            let (line, message) = pair
            var bytes = line.bytes
            // It reads by the header's version; where that is 0, phone and server have agreed on one all the same.
            if message.headerVersion == 0, message.layoutVersion >= 17 { bytes[4] = message.layoutVersion }
            let port = UInt16(10_000 + index)
            return line.isFromPhone
                ? Host.v4.tcp(from: port, to: 2000, bytes, flags: [.acknowledge, .push], sequence: 1)
                : Host.v4.tcp(from: 2000, to: port, bytes, flags: [.acknowledge, .push], sequence: 1)
        }
        let columns = Set(
            zip(Self.lines, messages).flatMap { _, message in
                message.fields.compactMap { Self.column($0, of: message.id) }
            }
        ).sorted()
        let rows = try tshark(packets, fields: ["_ws.col.Info"] + columns.map { "skinny." + $0 })
        try #require(rows.count == messages.count)
        var compared = 0
        var unseen: Set<String> = []
        for (index, row) in rows.enumerated() {
            let message = messages[index]
            let name = message.id.name ?? ""
            let theirs = row[0].split(separator: " ").first.map(String.init) ?? ""
            #expect(theirs == Self.otherNames[name] ?? name || Self.otherNames[name] == "Unknown")
            if Self.isReadOtherwise(Self.lines[index], message) { continue }
            for field in message.fields {
                guard let column = Self.column(field, of: message.id), let place = columns.firstIndex(of: column) else {
                    continue
                }
                let ours = Self.values(message, field)
                guard !row[place + 1].isEmpty else {
                    if !ours.joined().isEmpty { unseen.insert("\(name) \(field.rawValue)") }
                    continue
                }
                // What is no text is shown in one way or the other.
                guard ours.joined().utf8.allSatisfy({ 0x20...0x7e ~= $0 }) else { continue }
                compared += 1
                let others = row[place + 1].split(separator: ",", omittingEmptySubsequences: false).map {
                    Self.decimal($0)
                }
                #expect(ours == others, "\(Self.lines[index].file) \(name) \(field.rawValue)")
            }
        }
        #expect(compared > 2000)
        #expect(unseen.sorted() == Self.unseen, "\(compared)")
    }

    /// What tshark does not look for where the header names no version that has it, though the length says that it is there;
    /// and what it leaves out of short messages.
    private static let unseen = [
        "OpenReceiveChannel mixingMode", "OpenReceiveChannel partyDirection", "OpenReceiveChannel requestedIpAddrType",
        "OpenReceiveChannel sourceIpAddr", "OpenReceiveChannel sourcePortNumber", "RegisterMessage activeConferences",
        "ServerRes serverIpAddr", "StartMediaTransmission partyDirection", "UnregisterMessage reason",
    ]

    private static func decimal(_ value: Substring) -> String {
        value.hasPrefix("0x") ? UInt32(value.dropFirst(2), radix: 16).map(String.init) ?? String(value) : String(value)
    }
}
