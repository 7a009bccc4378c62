import Wire

/// A phone's configuration file, `SEP<MAC>.cnf.xml`, as a call server wrote it: CallManager 4, Unified CM, or by hand
/// as for Asterisk.
public struct PhoneFile: Sendable {
    let document: XMLDocument
    let isSIP: Bool
    let servers: [ServerReference]

    /// Bytes. Unified CM's largest are some tens of kilobytes.
    public static let sizeLimit = 512 << 10

    /// Reads `bytes` and refuses what can not be made secure, before anything else is decided about the phone.
    public static func read(_ bytes: [UInt8]) throws(PhoneFileError) -> PhoneFile {
        guard bytes.count <= sizeLimit else { throw .tooLarge }
        let document: XMLDocument
        do throws(XMLError) {
            document = try XMLDocument.read(bytes)
        } catch {
            throw .notWellFormed(error)
        }
        return try PhoneFile(document)
    }

    private init(_ document: XMLDocument) throws(PhoneFileError) {
        guard document.isNamed(XMLDocument.root, "device") else { throw .notAPhoneFile }
        guard try document.settings("encrConfig").allSatisfy(["", "false", "0"].contains) else { throw .encrypted }
        guard try document.settings("fullConfig").allSatisfy(["", "true", "1"].contains) else { throw .partial }
        self.document = document
        isSIP = try document.speaksSIP()
        var reader = ServerReader(document, isSIP: isSIP)
        servers = try reader.read()
    }

    /// The hosts whose addresses must be known before the file can be rewritten, each once, in the file's order.
    public var hostNames: [String] {
        servers.reduce(into: []) { names, server in
            guard server.isRequired, case .name(let name) = server.host, !names.contains(name) else { return }
            names.append(name)
        }
    }

    /// Those of them that the configuration has no `name` for, so that somebody else has to be asked.
    public func hostNames(unknownTo settings: RewriteSettings) -> [String] {
        hostNames.filter { settings.names[$0] == nil }
    }
}

/// What stands directly under `device`.
extension XMLDocument {
    func text(of element: Int) throws(PhoneFileError) -> String {
        do throws(XMLError) { return try value(of: element) } catch { throw .notWellFormed(error) }
    }

    /// The values of the settings called `name`, in lower case.
    func settings(_ name: String) throws(PhoneFileError) -> [String] {
        var values: [String] = []
        for element in children(of: XMLDocument.root, named: name) {
            values.append(try text(of: element).lowercased())
        }
        return values
    }

    /// CallManager 4.1 does not say which protocol a phone speaks; what only a SIP phone has, does.
    fileprivate func speaksSIP() throws(PhoneFileError) -> Bool {
        if let said = try settings("deviceProtocol").last(where: { !$0.isEmpty }) { return said == "sip" }
        return !children(of: XMLDocument.root, named: "sipProfile").isEmpty
    }
}
