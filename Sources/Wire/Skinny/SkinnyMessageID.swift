/// What kind of message it is: the third word of each.
public struct SkinnyMessageID: Hashable, Sendable {
    public let rawValue: UInt32

    public init(_ rawValue: UInt32) { self.rawValue = rawValue }

    // From the phone.
    public static let keepAlive = SkinnyMessageID(0x0000)
    public static let register = SkinnyMessageID(0x0001)
    public static let ipPort = SkinnyMessageID(0x0002)
    public static let offHook = SkinnyMessageID(0x0006)
    public static let onHook = SkinnyMessageID(0x0007)
    public static let mediaPortList = SkinnyMessageID(0x0011)
    public static let alarm = SkinnyMessageID(0x0020)
    public static let multicastMediaReceptionAck = SkinnyMessageID(0x0021)
    public static let openReceiveChannelAck = SkinnyMessageID(0x0022)
    public static let unregister = SkinnyMessageID(0x0027)
    public static let registerTokenReq = SkinnyMessageID(0x0029)
    public static let mediaTransmissionFailure = SkinnyMessageID(0x002a)
    public static let openMultiMediaReceiveChannelAck = SkinnyMessageID(0x0031)
    public static let portRes = SkinnyMessageID(0x0045)
    public static let subscriptionStatReq = SkinnyMessageID(0x0048)
    public static let startMediaTransmissionAck = SkinnyMessageID(0x0154)
    public static let startMultiMediaTransmissionAck = SkinnyMessageID(0x0155)
    public static let locationInfo = SkinnyMessageID(0x0157)
    public static let enhancedAlarm = SkinnyMessageID(0x015a)
    public static let callCountReq = SkinnyMessageID(0x015e)
    public static let spcpRegisterTokenReq = SkinnyMessageID(0x8000)

    // From the call server.
    public static let registerAck = SkinnyMessageID(0x0081)
    public static let startMediaTransmission = SkinnyMessageID(0x008a)
    public static let stopMediaTransmission = SkinnyMessageID(0x008b)
    public static let callInfo = SkinnyMessageID(0x008f)
    public static let configStatRes = SkinnyMessageID(0x0093)
    public static let startSessionTransmission = SkinnyMessageID(0x0095)
    public static let registerReject = SkinnyMessageID(0x009d)
    public static let serverRes = SkinnyMessageID(0x009e)
    public static let reset = SkinnyMessageID(0x009f)
    public static let keepAliveAck = SkinnyMessageID(0x0100)
    public static let startMulticastMediaReception = SkinnyMessageID(0x0101)
    public static let startMulticastMediaTransmission = SkinnyMessageID(0x0102)
    public static let stopMulticastMediaReception = SkinnyMessageID(0x0103)
    public static let stopMulticastMediaTransmission = SkinnyMessageID(0x0104)
    public static let openReceiveChannel = SkinnyMessageID(0x0105)
    public static let closeReceiveChannel = SkinnyMessageID(0x0106)
    public static let connectionStatisticsReq = SkinnyMessageID(0x0107)
    public static let callState = SkinnyMessageID(0x0111)
    public static let unregisterAck = SkinnyMessageID(0x0118)
    public static let registerTokenAck = SkinnyMessageID(0x011a)
    public static let registerTokenReject = SkinnyMessageID(0x011b)
    public static let openMultiMediaReceiveChannel = SkinnyMessageID(0x0131)
    public static let startMultiMediaTransmission = SkinnyMessageID(0x0132)
    public static let stopMultiMediaTransmission = SkinnyMessageID(0x0133)
    public static let closeMultiMediaReceiveChannel = SkinnyMessageID(0x0136)
    public static let callInfoV2 = SkinnyMessageID(0x014a)
    public static let portReq = SkinnyMessageID(0x014b)
    public static let portClose = SkinnyMessageID(0x014c)
    public static let subscriptionStatRes = SkinnyMessageID(0x0152)
    public static let notification = SkinnyMessageID(0x0153)
    public static let spcpRegisterTokenAck = SkinnyMessageID(0x8100)
    public static let spcpRegisterTokenReject = SkinnyMessageID(0x8101)

    /// Whether phones send it; the others come from the call server.
    public var isFromPhone: Bool {
        switch rawValue {
        case ..<0x80, 0x127, 0x12a, 0x12b, 0x12d, 0x12e, 0x141, 0x154, 0x155, 0x157, 0x159, 0x15a, 0x15e, 0x8000: true
        default: false
        }
    }
}
