/// A phone's configuration file, with what the tests look at.
func phoneDocument(
    servers: [String] = ["10.10.0.26"], securityMode: Int? = 3, transport: Int? = 3, deviceProtocol: String? = nil,
    further: [String] = []
) -> String {
    func element(_ name: String, _ value: String?) -> String { value.map { "<\(name)>\($0)</\(name)>" } ?? "" }
    let members = servers.map { "<member><callManager><processNodeName>\($0)</processNodeName></callManager></member>" }
    return """
        <?xml version="1.0"?>
        <device xsi:type="axl:XIPPhone">
        \(element("deviceProtocol", deviceProtocol))
        \(element("deviceSecurityMode", securityMode.map { "\($0)" }))
        \(element("transportLayerProtocol", transport.map { "\($0)" }))
        <members>\(members.joined())</members>
        \(further.map { element("softKeyFile", $0) }.joined())
        </device>
        """
}
