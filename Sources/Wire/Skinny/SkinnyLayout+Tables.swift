/// Which message has which layout.
extension SkinnyLayout {
    /// `nil` for a message of which nothing is read.
    static func of(_ id: SkinnyMessageID, length: Int, header: UInt32) -> SkinnyLayout? {
        if id == .startMediaTransmission, length == 40, header == 0 { return firstStartMediaTransmission }
        return tables[id]
    }

    private static let tables: [SkinnyMessageID: SkinnyLayout] = [
        .register: register, .registerAck: registerAck, .registerReject: SkinnyLayout([Row(.text, .text(32))]),
        .unregister: SkinnyLayout([Row(.reason)]), .unregisterAck: SkinnyLayout([Row(.status)]),
        .registerTokenReq: registerTokenReq, .registerTokenReject: SkinnyLayout([Row(.waitTimeBeforeNextReq)]),
        .spcpRegisterTokenReq: spcpRegisterTokenReq,
        .spcpRegisterTokenReject: SkinnyLayout([Row(.waitTimeBeforeNextReq)]),
        .ipPort: SkinnyLayout([Row(.rtpMediaPort)]),
        .mediaPortList: SkinnyLayout([Row(.portCount), Row(.rtpMediaPort, count: 16)]),
        .serverRes: serverRes, .reset: SkinnyLayout([Row(.resetType)]), .configStatRes: configStatRes,
        .alarm: SkinnyLayout([Row(.alarmSeverity), Row(.text, .text(80)), Row(.parm1), Row(.parm2)]),

        .openReceiveChannel: openReceiveChannel, .openReceiveChannelAck: openReceiveChannelAck,
        .closeReceiveChannel: close, .startMediaTransmission: startMediaTransmission,
        .startMediaTransmissionAck: startMediaTransmissionAck, .stopMediaTransmission: close,
        .mediaTransmissionFailure: mediaTransmissionFailure,
        .openMultiMediaReceiveChannel: openMultiMediaReceiveChannel,
        .openMultiMediaReceiveChannelAck: openReceiveChannelAck, .closeMultiMediaReceiveChannel: close,
        .startMultiMediaTransmission: startMultiMediaTransmission,
        .startMultiMediaTransmissionAck: startMediaTransmissionAck, .stopMultiMediaTransmission: close,
        .portReq: portReq, .portRes: portRes, .portClose: portClose,
        .startMulticastMediaReception: startMulticastMediaReception,
        .startMulticastMediaTransmission: startMulticastMediaTransmission,
        .stopMulticastMediaReception: stopMulticast, .stopMulticastMediaTransmission: stopMulticast,
        .startSessionTransmission: SkinnyLayout([Row(.remoteIpAddr, .address), Row(.sessionType)]),

        .callState: callState, .offHook: hook, .onHook: hook, .callInfo: callInfo, .callInfoV2: callInfoV2,
        .connectionStatisticsReq: SkinnyLayout([
            Row(.directoryNum, .directoryNumber), Row(.callReference), Row(.statsProcessingMode),
        ]),
        .subscriptionStatReq: SkinnyLayout([
            Row(.transactionId), Row(.featureId), Row(.timer), Row(.subscriptionId, .text(64)),
        ]),
        .subscriptionStatRes: SkinnyLayout([Row(.transactionId), Row(.featureId), Row(.timer), Row(.cause)]),
        .notification: SkinnyLayout([
            Row(.transactionId), Row(.featureId), Row(.status), Row(.text, .text(97)), .skip(3),
        ]),
    ]

    // MARK: Registration

    private static let station = [
        Row(.deviceName, .text(16)), Row(.stationUserId), Row(.stationInstance),
    ]

    private static let register = SkinnyLayout(
        station + [
            Row(.stationIpAddr, .ipv4), Row(.deviceType), Row(.maxStreams), Row(.activeStreams),
            Row(.protocolVer, .uint8), .skip(1), Row(.phoneFeatures, .uint16), Row(.maxConferences),
            Row(.activeConferences), Row(.macAddress, .bytes(12)), Row(.ipV4AddressScope), Row(.maxNumberOfLines),
            Row(.stationIpV6Addr, .ipv6), Row(.ipV6AddressScope), Row(.firmwareLoadName, .text(32)),
            Row(.configVersionStamp, .text(48)),
        ])

    /// The first servers' ends before the second interval.
    private static let registerAck = SkinnyLayout([
        Row(.keepAliveInterval), Row(.dateTemplate, .text(6)), .skip(2), Row(.secondaryKeepAliveInterval),
        Row(.protocolVer, .uint8), .skip(1), Row(.phoneFeatures, .uint16),
    ])

    private static let registerTokenReq = SkinnyLayout(
        station + [Row(.stationIpAddr, .ipv4), Row(.deviceType), Row(.stationIpV6Addr, .ipv6), .skip(4)])

    private static let spcpRegisterTokenReq = SkinnyLayout(
        station + [Row(.stationIpAddr, .ipv4), Row(.deviceType), Row(.maxStreams)])

    private static let serverRes = SkinnyLayout([
        Row(.serverName, .text(48), count: 5), Row(.serverTcpListenPort, count: 5),
        Row(.serverIpAddr, .address, count: 5),
    ])

    private static let configStatRes = SkinnyLayout(
        station + [
            Row(.userName, .text(40)), Row(.serverName, .text(40)), Row(.numberOfLines), Row(.numberOfSpeedDials),
        ])

    // MARK: Calls

    private static let hook = SkinnyLayout([Row(.lineInstance), Row(.callReference)])

    private static let callState = SkinnyLayout([
        Row(.callState), Row(.lineInstance), Row(.callReference), Row(.privacy), Row(.precedenceLevel),
        Row(.precedenceDomain),
    ])

    private static let callInfo = SkinnyLayout([
        Row(.callingPartyName, .text(40)), Row(.callingParty, .text(24)), Row(.calledPartyName, .text(40)),
        Row(.calledParty, .text(24)), Row(.lineInstance), Row(.callReference), Row(.callType),
        Row(.originalCalledPartyName, .text(40)), Row(.originalCalledParty, .text(24)),
        Row(.lastRedirectingPartyName, .text(40)), Row(.lastRedirectingParty, .text(24)),
        Row(.originalCdpnRedirectReason), Row(.lastRedirectingReason), Row(.cgpnVoiceMailbox, .text(24)),
        Row(.cdpnVoiceMailbox, .text(24)), Row(.originalCdpnVoiceMailbox, .text(24)),
        Row(.lastRedirectingVoiceMailbox, .text(24)), Row(.callInstance), Row(.callSecurityStatus),
        Row(.partyPIRestrictionBits),
    ])

    /// Strings follow, one behind the other: ``SkinnyMessage/strings``.
    private static let callInfoV2 = SkinnyLayout([
        Row(.lineInstance), Row(.callReference), Row(.callType), Row(.originalCdpnRedirectReason),
        Row(.lastRedirectingReason), Row(.callInstance), Row(.callSecurityStatus), Row(.partyPIRestrictionBits),
    ])
}
