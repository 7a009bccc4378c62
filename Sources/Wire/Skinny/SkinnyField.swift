/// The fields that are read or changed, by the names that Cisco's protocol has for them.
public enum SkinnyField: String, Hashable, Sendable, CaseIterable {
    // Registration.
    case deviceName, stationUserId, stationInstance, stationIpAddr, deviceType, maxStreams, activeStreams
    case protocolVer, phoneFeatures, maxConferences, activeConferences, macAddress, ipV4AddressScope, maxNumberOfLines
    case stationIpV6Addr, ipV6AddressScope, firmwareLoadName, configVersionStamp
    case keepAliveInterval, dateTemplate, secondaryKeepAliveInterval, text, reason, status, waitTimeBeforeNextReq
    case rtpMediaPort, portCount, resetType
    case serverName, serverTcpListenPort, serverIpAddr

    // Media.
    case conferenceId, passThroughPartyId, callReference, portHandlingFlag
    case milliSecondPacketSize, compressionType, ecValue, codecParams, precedenceValue, ssValue, maxFramesPerPacket
    case algorithmID, keylen, saltlen, key, salt, isMKIPresent, keyDerivationRate
    case streamPassThroughId, associatedStreamId, rfc2833PayloadType, dtmfType, mixingMode, partyDirection
    case sourceIpAddr, sourcePortNumber, requestedIpAddrType, audioLevelAdjustment
    case ipAddr, portNumber, rtcpPortNumber, remoteIpAddr, remotePortNumber, transmitIpAddr
    case multicastIpAddr, multicastPortNumber, sessionType
    case lineInstance, payloadRfcNumber, payloadType, isConferenceCreator, dscpValue, capability
    case mediaTransportType, ipAddressType, mediaType

    // Calls.
    case callState, privacy, precedenceLevel, precedenceDomain, callType, callSecurityStatus, directoryNum
    case statsProcessingMode, callingPartyName, callingParty, calledPartyName, calledParty
    case originalCalledPartyName, originalCalledParty, lastRedirectingPartyName, lastRedirectingParty
    case originalCdpnRedirectReason, lastRedirectingReason, cgpnVoiceMailbox, cdpnVoiceMailbox
    case originalCdpnVoiceMailbox, lastRedirectingVoiceMailbox, callInstance, partyPIRestrictionBits
    case userName, numberOfLines, numberOfSpeedDials, transactionId, featureId, timer, subscriptionId, cause
    case alarmSeverity, parm1, parm2
}
