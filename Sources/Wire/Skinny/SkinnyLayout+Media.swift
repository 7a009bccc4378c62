/// The messages about media channels.
extension SkinnyLayout {
    /// How one direction is encrypted. The oldest that has it ends behind the salt.
    private static let encryption = [
        Row(.algorithmID), Row(.keylen, .uint16), Row(.saltlen, .uint16), Row(.key, .bytes(16)), Row(.salt, .bytes(16)),
        Row(.isMKIPresent), Row(.keyDerivationRate),
    ]

    private static let streams = [Row(.streamPassThroughId), Row(.associatedStreamId)]
    private static let dtmf = [
        Row(.rfc2833PayloadType), Row(.dtmfType), Row(.mixingMode), Row(.partyDirection),
    ]
    /// Modem relay and its like.
    private static let latent = [Row.skip(36, since: 21)]

    static let openReceiveChannel = SkinnyLayout(
        [
            Row(.conferenceId), Row(.passThroughPartyId), Row(.milliSecondPacketSize), Row(.compressionType),
            Row(.ecValue), Row(.codecParams), Row(.callReference),
        ] + encryption + streams + dtmf + [
            Row(.sourceIpAddr, .address), Row(.sourcePortNumber), Row(.requestedIpAddrType),
            Row(.audioLevelAdjustment, since: firstWide),
        ] + latent)

    /// Of audio and of video.
    static let openReceiveChannelAck = SkinnyLayout([
        Row(.status), Row(.ipAddr, .address), Row(.portNumber), Row(.passThroughPartyId), Row(.callReference),
    ])

    /// Of both directions, of audio and of video.
    static let close = SkinnyLayout([
        Row(.conferenceId), Row(.passThroughPartyId), Row(.callReference), Row(.portHandlingFlag),
    ])

    static let startMediaTransmission = SkinnyLayout(
        [
            Row(.conferenceId), Row(.passThroughPartyId), Row(.remoteIpAddr, .address), Row(.remotePortNumber),
            Row(.milliSecondPacketSize), Row(.compressionType), Row(.precedenceValue), Row(.ssValue),
            Row(.maxFramesPerPacket, .uint16), .skip(2), Row(.codecParams), Row(.callReference),
        ] + encryption + streams + dtmf + latent)

    /// CallManager 2's, which knows of no conference.
    static let firstStartMediaTransmission = SkinnyLayout([
        Row(.remoteIpAddr, .ipv4), Row(.remotePortNumber), Row(.milliSecondPacketSize), Row(.compressionType),
        Row(.precedenceValue),
    ])

    /// Of audio and of video.
    static let startMediaTransmissionAck = SkinnyLayout([
        Row(.conferenceId), Row(.passThroughPartyId), Row(.callReference), Row(.transmitIpAddr, .address),
        Row(.portNumber), Row(.status),
    ])

    static let mediaTransmissionFailure = SkinnyLayout([
        Row(.conferenceId), Row(.passThroughPartyId), Row(.remoteIpAddr, .address), Row(.remotePortNumber),
        Row(.callReference),
    ])

    static let openMultiMediaReceiveChannel = SkinnyLayout(
        [
            Row(.conferenceId), Row(.passThroughPartyId), Row(.compressionType), Row(.lineInstance),
            Row(.callReference), Row(.payloadRfcNumber), Row(.payloadType), Row(.isConferenceCreator),
            Row(.capability, .bytes(76)),
        ] + encryption + streams + [
            Row(.sourceIpAddr, .address), Row(.sourcePortNumber), Row(.requestedIpAddrType),
        ])

    static let startMultiMediaTransmission = SkinnyLayout(
        [
            Row(.conferenceId), Row(.passThroughPartyId), Row(.compressionType), Row(.remoteIpAddr, .address),
            Row(.remotePortNumber), Row(.callReference), Row(.payloadRfcNumber), Row(.payloadType), Row(.dscpValue),
            Row(.capability, .bytes(76)),
        ] + encryption + streams)

    static let portReq = SkinnyLayout([
        Row(.conferenceId), Row(.callReference), Row(.passThroughPartyId), Row(.mediaTransportType),
        Row(.ipAddressType), Row(.mediaType),
    ])

    static let portRes = SkinnyLayout([
        Row(.conferenceId), Row(.callReference), Row(.passThroughPartyId), Row(.ipAddr, .address), Row(.portNumber),
        Row(.rtcpPortNumber), Row(.mediaType, since: 19),
    ])

    static let portClose = SkinnyLayout([
        Row(.conferenceId), Row(.callReference), Row(.passThroughPartyId), Row(.mediaType),
    ])

    static let startMulticastMediaReception = SkinnyLayout([
        Row(.conferenceId), Row(.passThroughPartyId), Row(.multicastIpAddr, .address), Row(.multicastPortNumber),
        Row(.milliSecondPacketSize), Row(.compressionType), Row(.ecValue), Row(.codecParams), Row(.callReference),
    ])

    static let startMulticastMediaTransmission = SkinnyLayout([
        Row(.conferenceId), Row(.passThroughPartyId), Row(.multicastIpAddr, .address), Row(.multicastPortNumber),
        Row(.milliSecondPacketSize), Row(.compressionType), Row(.precedenceValue), Row(.ssValue),
        Row(.maxFramesPerPacket, .uint16), .skip(2), Row(.codecParams), Row(.callReference),
    ])

    static let stopMulticast = SkinnyLayout([
        Row(.conferenceId), Row(.passThroughPartyId), Row(.callReference),
    ])
}
