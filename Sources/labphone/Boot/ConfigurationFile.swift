/// What a phone takes from its configuration file for the rest of its boot.
struct ConfigurationFile: Equatable, Sendable {
    /// `processNodeName` of the call servers, in the file's order.
    var callServers: [String] = []
    var securityMode: String?
    /// 1 TCP, 2 UDP, 3 TLS; SIP phones alone.
    var transportProtocol: String?
    /// Absent in files of CallManager 4.
    var deviceProtocol: String?
    /// Named in the file: soft keys and dial rules.
    var furtherFiles: [String] = []

    init(_ document: [UInt8]) throws(XMLScanner.Failure) {
        var file = ConfigurationFile()
        var root: String?
        try XMLScanner.scan(document) { path, text in
            root = path.first
            file.take(path, text)
        }
        guard root == "device" else {
            throw XMLScanner.Failure(offset: 0, reason: "root is <\(root ?? "")>, not <device>")
        }
        self = file
    }

    private init() {}

    private mutating func take(_ path: [String], _ text: String) {
        guard let name = path.last, !text.isEmpty else { return }
        switch name {
        case "processNodeName" where path.dropLast().last == "callManager": callServers.append(text)
        case "deviceSecurityMode": securityMode = text
        case "transportLayerProtocol": transportProtocol = text
        case "deviceProtocol": deviceProtocol = text
        case "softKeyFile", "dialTemplate": furtherFiles.append(text)
        default: break
        }
    }

    /// Authenticated or encrypted.
    var isSecure: Bool { securityMode == "2" || securityMode == "3" }

    /// Why a phone of this model can not use the file; `nil` when it can.
    func complaint(from model: PhoneModel, hasTrustList: Bool) -> String? {
        if let deviceProtocol, deviceProtocol.uppercased() != model.callControl.rawValue {
            return "deviceProtocol \(deviceProtocol), the phone has \(model.callControl.rawValue)"
        }
        guard isSecure, let securityMode else { return nil }
        if !hasTrustList { return "deviceSecurityMode \(securityMode) without a trust list" }
        if model.callControl == .sip, transportProtocol != "3" {
            return "deviceSecurityMode \(securityMode) with transportLayerProtocol \(transportProtocol ?? "absent")"
        }
        return nil
    }
}
