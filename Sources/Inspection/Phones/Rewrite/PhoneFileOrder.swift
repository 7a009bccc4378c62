/// In which order a call server writes the elements of a phone's configuration file, which is where a missing one
/// belongs.
enum PhoneFileOrder {
    static let device = [
        "fullConfig", "deviceProtocol", "sshUserId", "sshPassword", "ipAddressMode", "devicePool", "TVS", "sipProfile",
        "commonProfile", "loadInformation", "vendorConfig", "commonConfig", "enterpriseConfig", "versionStamp",
        "userLocale", "networkLocale", "networkLocaleInfo", "deviceSecurityMode", "idleTimeout", "authenticationURL",
        "directoryURL", "idleURL", "informationURL", "messagesURL", "proxyServerURL", "servicesURL",
        "secureAuthenticationURL", "dscpForSCCPPhoneConfig", "dscpForSCCPPhoneServices", "dscpForCm2Dvce",
        "transportLayerProtocol", "singleButtonBarge", "capfAuthMode", "capfList", "certHash", "encrConfig",
    ]

    static let vendorConfig = [
        "disableSpeaker", "disableSpeakerAndHeadset", "forwardingDelay", "pcPort", "settingsAccess", "garp",
        "voiceVlanAccess", "videoCapability", "autoSelectLineEnable", "webAccess", "spanToPCPort", "loggingDisplay",
        "loadServer", "sshAccess",
    ]

    static let callManager = ["name", "description", "ports", "processNodeName"]

    static let ports = ["ethernetPhonePort", "sipPort", "securedSipPort", "mgcpPorts"]

    static let capf = ["phonePort", "processNodeName"]
}
