import ConfigLanguage
import Wire

/// One-to-one NAT for the call server, the phone proxy on the outside, and media that ends in the box.
func fuzzedCallBox(_ engine: InspectionProtocol, _ port: UInt16) -> Configuration {
    var configuration = Configuration.read(fuzzedNetwork, file: "session.cfg").configuration
    var proxy = PhoneProxyDefinition(name: "mypp")
    proxy.mediaTermination = "media"
    proxy.tftpServers = [.init(address: IPAddress(v4: 0xc000_0265), interface: "inside")]
    configuration.phoneProxy = proxy
    configuration.classMaps["secure"] = ClassMap(name: "secure", matches: [.port(.tcp, PortMatch(port, port))])
    let inspection = PolicyMap.Inspection(engine: engine, phoneProxy: "mypp")
    configuration.policyMaps["pp"] = PolicyMap(
        name: "pp", classes: [PolicyMap.Class(classMap: "secure", inspections: [inspection])])
    configuration.servicePolicies.append(ServicePolicy(policyMap: "pp", interface: "outside"))
    var termination = MediaTerminationDefinition(name: "media")
    termination.addresses = [
        .init(address: IPAddress(v4: 0xcb00_7119), interface: "outside"),
        .init(address: IPAddress(v4: 0xc000_0219), interface: "inside"),
    ]
    termination.ports = 16384...16399
    configuration.mediaTermination = termination
    return configuration
}

/// Records of a control byte, a length (16 bits) and bytes: what the targets of signalling sessions read.
func conversation(_ pieces: [(control: UInt8, bytes: [UInt8])]) -> [UInt8] {
    pieces.flatMap { piece in
        [piece.control, UInt8(piece.bytes.count >> 8), UInt8(piece.bytes.count & 0xff)] + piece.bytes
    }
}
