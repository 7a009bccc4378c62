/// What a call manager answers when a phone asks how it is set up.
enum SkinnyAnswers {
    private static let softKeys: [SkinnySoftKey] = [
        .redial, .newCall, .hold, .transfer, .endCall, .resume, .answer, .conference,
    ]

    /// ButtonTemplate: one line.
    static let buttonTemplate: [UInt8] = {
        var writer = SkinnyWriter()
        for value in [0, 1, 1] as [UInt32] { writer.number(value) }
        // Instance 1, a line; 41 places are free.
        writer.raw([1, 9])
        for _ in 0..<41 { writer.raw([0, 255]) }
        return writer.bytes
    }()

    /// SoftKeyTemplate: label and event of each key, in 32 places.
    static let softKeyTemplate: [UInt8] = {
        var writer = SkinnyWriter()
        for value in [0, UInt32(softKeys.count), UInt32(softKeys.count)] { writer.number(value) }
        for key in softKeys {
            writer.text(key.label, 16)
            writer.number(key.rawValue)
        }
        writer.zeros((32 - softKeys.count) * 20)
        return writer.bytes
    }()

    /// SoftKeySet: which keys stand there in which state of a call: on hook, connected, on hold, ringing, off hook.
    static let softKeySet: [UInt8] = {
        let sets: [[SkinnySoftKey]] = [
            [.redial, .newCall], [.hold, .endCall, .transfer, .conference], [.resume, .newCall, .endCall],
            [.answer, .endCall], [.redial, .endCall],
        ]
        var writer = SkinnyWriter()
        for value in [0, UInt32(sets.count), UInt32(sets.count)] { writer.number(value) }
        for set in sets {
            let places = set.compactMap { key in softKeys.firstIndex(of: key).map { UInt8($0 + 1) } }
            writer.raw(places + [UInt8](repeating: 0, count: 16 - places.count))
            for place in places { writer.half(300 + UInt16(place)) }
            writer.zeros(2 * (16 - places.count))
        }
        return writer.bytes
    }()

    static func configStat(device: String) -> [UInt8] {
        var writer = SkinnyWriter()
        writer.text(device, 16)
        for value in [0, 1] as [UInt32] { writer.number(value) }
        writer.text("", 40)
        writer.text("labphone", 40)
        for value in [1, 0] as [UInt32] { writer.number(value) }
        return writer.bytes
    }

    static func lineStat(line: UInt32, number: String, version: UInt32) -> (SkinnyKind, [UInt8]) {
        var writer = SkinnyWriter()
        writer.number(line)
        guard version < 17 else {
            // lineType
            writer.number(0)
            writer.packed([number, number, number])
            return (.lineStatV2, writer.bytes)
        }
        writer.text(number, 24)
        writer.text(number, 40)
        writer.text(number, 40)
        writer.number(0)
        return (.lineStat, writer.bytes)
    }

    static func forwardStat(line: UInt32) -> [UInt8] {
        var writer = SkinnyWriter()
        for value in [0, line] { writer.number(value) }
        writer.zeros(3 * 28)
        return writer.bytes
    }

    static let version: [UInt8] = {
        var writer = SkinnyWriter()
        writer.text("labphone", 16)
        return writer.bytes
    }()

    /// DefineTimeDate: a day in the lab.
    static let timeDate: [UInt8] = {
        var writer = SkinnyWriter()
        for value in [2010, 6, 2, 15, 12, 0, 0, 0, 1_276_603_200] as [UInt32] { writer.number(value) }
        return writer.bytes
    }()

    static func number(_ text: String, version: UInt32) -> SkinnyWriter {
        var writer = SkinnyWriter()
        writer.text(text, version >= 18 ? 28 : 24)
        return writer
    }
}
