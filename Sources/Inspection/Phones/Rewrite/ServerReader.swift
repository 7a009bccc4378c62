import Wire

/// Finds the servers that a phone's file names.
struct ServerReader {
    private let document: XMLDocument
    private let isSIP: Bool
    private var servers: [ServerReference] = []

    /// Phones know of five call servers and one CAPF server. Every name costs a question to DNS.
    static let requiredLimit = 16

    /// Table 13-1: Skinny over TLS is 443 above Skinny.
    private static let secureSkinnyOffset: UInt16 = 443

    init(_ document: XMLDocument, isSIP: Bool) {
        self.document = document
        self.isSIP = isSIP
    }

    /// In the file's order within a kind.
    mutating func read() throws(PhoneFileError) -> [ServerReference] {
        try readCallServers()
        try readCAPF()
        guard servers.count <= Self.requiredLimit else { throw .tooManyServers }
        try readLoadServer()
        if isSIP { try readProxies() }
        return servers
    }

    private mutating func readCallServers() throws(PhoneFileError) {
        let path = ["devicePool", "callManagerGroup", "members", "member", "callManager"]
        for callManager in document.elements(at: path) {
            guard let element = try child("processNodeName", of: callManager),
                let host = try host(element, isRequired: true)
            else { continue }
            servers.append(
                ServerReference(
                    role: .callServer, element: element, host: host, copies: try copies(in: callManager),
                    ports: try ports(of: callManager), isRequired: true))
        }
    }

    private func ports(of callManager: Int) throws(PhoneFileError) -> [ServerReference.Port] {
        let ports = try child("ports", of: callManager)
        let missing: ServerReference.Port.Place =
            ports.map { .missing(from: $0) } ?? .missingWithContainer("ports", from: callManager)
        func port(_ name: String, _ usual: UInt16) throws(PhoneFileError) -> ServerReference.Port {
            try self.port(name, in: ports, missing, PhoneFileOrder.ports, usual)
        }
        guard !isSIP else { return [try port("securedSipPort", 5061), try port("sipPort", 5060)] }
        var skinny = try port("ethernetPhonePort", 2000)
        skinny.offset = Self.secureSkinnyOffset
        return [skinny]
    }

    /// A phone goes to CAPF only when told to, by a mode other than 0.
    private mutating func readCAPF() throws(PhoneFileError) {
        let isUsed = !(try document.settings("capfAuthMode").allSatisfy(["", "0"].contains))
        for capf in document.elements(at: ["capfList", "capf"]) {
            guard let element = try child("processNodeName", of: capf),
                let host = try host(element, isRequired: isUsed)
            else { continue }
            let port = try port("phonePort", in: capf, .missing(from: capf), PhoneFileOrder.capf, 3804)
            servers.append(
                ServerReference(role: .capf, element: element, host: host, ports: [port], isRequired: isUsed))
        }
    }

    /// The TFTP server for firmware, when it is another than the one that the file came from.
    private mutating func readLoadServer() throws(PhoneFileError) {
        for element in document.elements(at: ["vendorConfig", "loadServer"]) {
            guard let host = try host(element, isRequired: false) else { continue }
            let port = ServerReference.Port(name: "", place: .none, value: 69)
            servers.append(
                ServerReference(
                    role: .tftpServer, element: element, host: host, ports: [port], transport: .udp,
                    isRequired: false))
        }
    }

    /// Files made by hand may name the call server here too, instead of `USECALLMANAGER`.
    private mutating func readProxies() throws(PhoneFileError) {
        let places =
            document.elements(at: ["sipProfile", "sipProxies"]).flatMap { parent in
                ["backupProxy", "emergencyProxy", "outboundProxy"].map { (parent, $0, $0 + "Port") }
            } + document.elements(at: ["sipProfile", "sipLines", "line"]).map { ($0, "proxy", "port") }
        for (parent, name, portName) in places {
            guard let element = try child(name, of: parent), let host = try host(element, isRequired: false),
                host != .name("USECALLMANAGER")
            else { continue }
            let port = try port(portName, in: parent, .missing(from: parent), [name, portName], 5060)
            servers.append(
                ServerReference(role: .proxy, element: element, host: host, ports: [port], isRequired: false))
        }
    }

    /// `nil` when `element` names nobody.
    private func host(_ element: Int, isRequired: Bool) throws(PhoneFileError) -> ServerReference.Host? {
        let text = try document.text(of: element)
        if let address = IPAddress(text) { return .address(address) }
        guard !text.isEmpty else { return nil }
        guard text.utf8.count <= 253, text.utf8.allSatisfy(Self.standsInHostName) else {
            guard isRequired else { return nil }
            throw .unreadableValue(element: document.characters(document.elements[element].name))
        }
        return .name(text)
    }

    /// RFC 1123 section 2.1, and the underscore, which call servers are named with all the same.
    private static func standsInHostName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private func copies(in callManager: Int) throws(PhoneFileError) -> [(element: Int, address: IPAddress)] {
        var copies: [(element: Int, address: IPAddress)] = []
        for name in document.children(of: callManager, named: "name") {
            guard let address = IPAddress(try document.text(of: name)) else { continue }
            copies.append((name, address))
        }
        return copies
    }

    private func port(
        _ name: String, in parent: Int?, _ missing: ServerReference.Port.Place, _ order: [String], _ usual: UInt16
    ) throws(PhoneFileError) -> ServerReference.Port {
        guard let parent, let element = try child(name, of: parent) else {
            return ServerReference.Port(name: name, place: missing, order: order, value: usual)
        }
        let text = try document.text(of: element)
        guard let value = text.isEmpty ? usual : UInt16(text) else { throw .unreadableValue(element: name) }
        return ServerReference.Port(name: name, place: .element(element), order: order, value: value)
    }

    /// The only one called `name`. Of two, nobody can tell which one a phone would heed.
    private func child(_ name: String, of parent: Int) throws(PhoneFileError) -> Int? {
        let children = document.children(of: parent, named: name)
        guard children.count < 2 else { throw .repeatedElement(name) }
        return children.first
    }
}
