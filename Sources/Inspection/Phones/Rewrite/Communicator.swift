import Wire

/// Cisco IP Communicator (CIPC), a phone that is a program: it signs its signalling, but can not encrypt media.
extension XMLDocument {
    /// Cisco's number for the device type.
    private static let deviceType = "30016"

    /// Whether the file is for one: nothing says so outright, so this looks at the firmware that the file names.
    ///
    /// Either it is named after the program (`loadInformation30016`, a `model` or a load with its name), or a call
    /// server wrote that there is none: a program has no firmware, and every other device type has a default load. In a
    /// file written by hand an empty load means nothing, and the phone is taken for one that can encrypt.
    func isForCommunicator() throws(PhoneFileError) -> Bool {
        let isFromCallServer = try attribute("xsi:type", of: XMLDocument.root, or: "").hasPrefix("axl:")
        for element in children(of: XMLDocument.root) {
            let name = characters(elements[element].name)
            guard name.hasPrefix("loadInformation") else { continue }
            let load = try text(of: element).lowercased()
            let model = try attribute("model", of: element, or: "").lowercased()
            if name.hasSuffix(Self.deviceType) || model.contains("communicator") { return true }
            if load.contains("communicator") || load.hasPrefix("cipc") { return true }
            if load.isEmpty, isFromCallServer { return true }
        }
        return false
    }

    private func attribute(_ name: String, of element: Int, or none: String) throws(PhoneFileError) -> String {
        do throws(XMLError) {
            return try attribute(name, of: element) ?? none
        } catch {
            throw .notWellFormed(error)
        }
    }
}
