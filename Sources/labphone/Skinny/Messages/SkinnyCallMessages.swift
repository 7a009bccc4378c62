import Wire

/// What a call is like at one phone.
enum SkinnyCallState: UInt32 {
    case offHook = 1
    case onHook = 2
    case ringOut = 3
    case ringIn = 4
    case connected = 5
    case busy = 6
    case congestion = 7
    case hold = 8
    case callWaiting = 9
    case transfer = 10
    case park = 11
    case proceed = 12
    case remoteMultiline = 13
    case invalidNumber = 14
}

/// The soft keys' events, as Cisco's call managers number them.
enum SkinnySoftKey: UInt32 {
    case redial = 1
    case newCall = 2
    case hold = 3
    case transfer = 4
    case endCall = 9
    case resume = 10
    case answer = 11
    case conference = 13

    var label: String {
        switch self {
        case .redial: "Redial"
        case .newCall: "NewCall"
        case .hold: "Hold"
        case .transfer: "Trnsfer"
        case .endCall: "EndCall"
        case .resume: "Resume"
        case .answer: "Answer"
        case .conference: "Confrn"
        }
    }
}

/// CallState.
struct SkinnyCallStateChange {
    var state: UInt32
    var line: UInt32
    var callReference: UInt32

    init(_ state: SkinnyCallState, callReference: UInt32, line: UInt32 = 1) {
        self.state = state.rawValue
        self.line = line
        self.callReference = callReference
    }

    init(_ body: SkinnyReader) {
        state = body.number(at: 0)
        line = body.number(at: 4)
        callReference = body.number(at: 8)
    }

    var body: [UInt8] {
        var writer = SkinnyWriter()
        for value in [state, line, callReference] { writer.number(value) }
        writer.zeros(12)
        return writer.bytes
    }
}

/// CallInfo up to version 8, CallInfoV2 from 9 on: who calls whom.
struct SkinnyCallInfo {
    var calling: String
    var called: String
    var callReference: UInt32
    /// 1 in, 2 out.
    var type: UInt32

    func message(version: UInt32) -> (kind: SkinnyKind, body: [UInt8]) {
        var writer = SkinnyWriter()
        guard version >= 9 else {
            writer.text("", 40)
            writer.text(calling, 24)
            writer.text("", 40)
            writer.text(called, 24)
            for value in [1, callReference, type] { writer.number(value) }
            writer.zeros(2 * (40 + 24) + 8 + 4 * 24)
            // callInstance, callSecurityStatus (not authenticated), partyPIRestrictionBits
            for value in [1, 1, 0] as [UInt32] { writer.number(value) }
            return (.callInfo, writer.bytes)
        }
        for value in [1, callReference, type, 0, 0, 1, 1, 0] { writer.number(value) }
        // callingParty, alternateCallingParty, calledParty, originalCalledParty, lastRedirectingParty, four voice
        // mailboxes, four names; from 17 on the hunt pilot's number and name
        let parties = version >= 16 ? [calling, "", called, called, ""] : [calling, called, called, ""]
        writer.packed(parties + [String](repeating: "", count: version >= 17 ? 10 : 8))
        return (.callInfoV2, writer.bytes)
    }
}

/// KeypadButton and SoftKeyEvent, OffHook and OnHook: number or event, line, call.
enum SkinnyKeys {
    /// Digits are their own numbers; `*` is 14, `#` is 15.
    static func button(_ digit: Character) -> UInt32? {
        switch digit {
        case "*": 14
        case "#": 15
        default: digit.isASCII ? digit.wholeNumberValue.map { UInt32($0) } : nil
        }
    }

    static func digit(_ button: UInt32) -> Character? {
        switch button {
        case 0...9: Character(String(button))
        case 14: "*"
        case 15: "#"
        default: nil
        }
    }

    static func body(_ values: UInt32...) -> [UInt8] {
        var writer = SkinnyWriter()
        for value in values { writer.number(value) }
        return writer.bytes
    }
}
