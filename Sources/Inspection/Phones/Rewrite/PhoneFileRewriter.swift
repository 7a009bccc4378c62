import Wire

/// Collects what is changed in one file.
struct PhoneFileRewriter {
    private let document: XMLDocument
    private var editor: XMLEditor
    private var changes: [PhoneFileChange] = []

    init(_ document: XMLDocument) {
        self.document = document
        editor = XMLEditor(document)
    }

    func finished() -> RewrittenPhoneFile {
        let edits = editor.finished()
        let bytes = ByteEdit.apply(edits, to: document.text.bytes)
        return RewrittenPhoneFile(bytes: bytes, changes: changes, edits: edits)
    }

    // MARK: Security

    /// 3 is TLS.
    mutating func setTransport() throws(PhoneFileError) {
        if try set("transportLayerProtocol", to: "3") { changes.append(.transport) }
    }

    mutating func setSecurityMode(_ mode: PhoneFileChange.SecurityMode) throws(PhoneFileError) {
        if try set("deviceSecurityMode", to: "\(mode.rawValue)") { changes.append(.securityMode(mode)) }
    }

    /// What the phone gets is not encrypted for it, so there is nothing for it to hold its certificate against.
    mutating func clearCertificateHash() throws(PhoneFileError) {
        for element in document.children(of: XMLDocument.root, named: "certHash") where try set(element, to: "") {
            changes.append(.certificateHash)
        }
    }

    // MARK: Settings

    /// PC port, gratuitous ARP, voice VLAN access, web access and span to PC port: 1 turns each off.
    private static let serviceSettings = ["pcPort", "garp", "voiceVlanAccess", "webAccess", "spanToPCPort"]

    /// Where a call server may repeat them, for all phones or for all of a profile; a phone may heed either.
    private static let repeatedSettings = ["commonConfig", "enterpriseConfig"]

    mutating func disableServiceSettings() throws(PhoneFileError) {
        let own = document.children(of: XMLDocument.root, named: "vendorConfig")
        guard !own.isEmpty else {
            let all = Self.serviceSettings.map { "<\($0)>1</\($0)>" }.joined()
            editor.insert("vendorConfig", all, into: XMLDocument.root, order: PhoneFileOrder.device)
            changes += Self.serviceSettings.map { .serviceSetting($0) }
            return try disableRepeatedSettings()
        }
        for parent in own {
            for name in Self.serviceSettings
            where try set(name, to: "1", in: parent, order: PhoneFileOrder.vendorConfig) {
                changes.append(.serviceSetting(name))
            }
        }
        try disableRepeatedSettings()
    }

    private mutating func disableRepeatedSettings() throws(PhoneFileError) {
        for parent in Self.repeatedSettings.flatMap({ document.children(of: XMLDocument.root, named: $0) }) {
            for name in Self.serviceSettings {
                for element in document.children(of: parent, named: name) where try set(element, to: "1") {
                    changes.append(.serviceSetting(name))
                }
            }
        }
    }

    mutating func setProxyServer(_ server: Endpoint) throws(PhoneFileError) {
        if try set("proxyServerURL", to: "\(server)") { changes.append(.proxyServer(server)) }
    }

    // MARK: Servers

    /// Writes where the phones of `settings` find `server`, whose own address is `address`.
    mutating func send(
        to server: ServerReference, at address: IPAddress, _ settings: RewriteSettings
    ) throws(PhoneFileError) {
        // First what the phone will use; then, for a server whose secure port is left out, the clear one.
        let seen = server.ports.lazy.compactMap { settings.seen(address, $0, server.transport) }.first
        let target = seen?.address ?? address
        if try set(server.element, to: "\(target)") {
            changes.append(.server(server.role, from: server.host.description, to: target))
        }
        for copy in server.copies where copy.address == address { try set(copy.element, to: "\(target)") }
        for (place, port) in server.ports.enumerated() {
            guard let seen = settings.seen(address, port, server.transport), seen.address == target else { continue }
            try set(port, to: seen.port, inserts: place == 0)
        }
    }

    private mutating func set(
        _ port: ServerReference.Port, to value: UInt16, inserts: Bool
    ) throws(PhoneFileError) {
        guard value != port.value else { return }
        switch port.place {
        case .element(let element): try set(element, to: "\(value)")
        case .missing(let parent) where inserts:
            editor.insert(port.name, "\(value)", into: parent, order: port.order)
        case .missingWithContainer(let container, let parent) where inserts:
            let content = "<\(port.name)>\(value)</\(port.name)>"
            editor.insert(container, content, into: parent, order: PhoneFileOrder.callManager)
        default: return
        }
        changes.append(.port(element: port.name, from: port.value, to: value))
    }

    // MARK: Elements

    /// Gives every `name` in `parent` the value, or inserts one; `false` when nothing had to change.
    private mutating func set(
        _ name: String, to value: String, in parent: Int = XMLDocument.root, order: [String] = PhoneFileOrder.device
    ) throws(PhoneFileError) -> Bool {
        let elements = document.children(of: parent, named: name)
        guard !elements.isEmpty else {
            editor.insert(name, value, into: parent, order: order)
            return true
        }
        var isChanged = false
        for element in elements where try set(element, to: value) { isChanged = true }
        return isChanged
    }

    @discardableResult
    private mutating func set(_ element: Int, to value: String) throws(PhoneFileError) -> Bool {
        guard try document.text(of: element) != value else { return false }
        do throws(XMLError) { try editor.setValue(of: element, to: value) } catch { throw .notWellFormed(error) }
        return true
    }
}
