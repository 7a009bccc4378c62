import ConfigLanguage
import Inspection
import TestSupport
import Wire

/// As for ``enginePromise(_:)``, with the phone proxy between the two interfaces. The second bit of a control byte has
/// the errands that wait done: signed, or looked up; otherwise they wait on.
func phoneProxyPromise(_ input: Span<UInt8>) -> String? {
    var settings = EngineSettings()
    (settings.flowLimit, settings.pinholeLimit, settings.transferLimit, settings.eventLimit) = (32, 8, 8, 256)
    (settings.phoneFileLimit, settings.securePhoneLimit) = (8, 8)
    settings.trustList = fuzzedTrustList
    var engine = Engine(phoneProxyBox, settings)
    var now = Timestamp(seconds: 1_700_000_000)
    var offset = 0
    while offset + 3 <= input.count {
        let control = input[offset]
        let length = min(Int(input.uint16(at: offset + 1)), input.count - offset - 3)
        now = now.adding(seconds: Int(control >> 2))
        var packet = input.bytes(in: offset + 3..<offset + 3 + length)
        var span = packet.mutableSpan
        _ = engine.process(&span, from: InterfaceIndex(control & 1), at: now)
        if control & 2 != 0 { doErrands(&engine, at: now) }
        while engine.nextEvent() != nil {}
        if let broken = leak(engine.takeReleases()) { return broken }
        offset += 3 + length
    }
    engine.finish(at: now)
    let counters = engine.counters
    let accounted = counters.forwarded + counters.dropped + counters.undecodable + counters.held
    return counters.read == accounted ? nil : "\(counters.read) packets read, \(accounted) accounted for"
}

private func doErrands(_ engine: inout Engine, at now: Timestamp) {
    for errand in engine.takeErrands() {
        switch errand.kind {
        case .sign(_, let body, _): engine.complete(errand.id, with: .signed(signatureMark + body), at: now)
        case .resolve(let host):
            engine.complete(errand.id, with: .resolved(IPAddress(v4: UInt32(host.utf8.count))), at: now)
        }
    }
}

/// A first block for the phones' side starts as a trust list or a signature does: nothing else is served.
private func leak(_ releases: [Release]) -> String? {
    for release in releases where release.origin == .box && release.egress == InterfaceIndex(0) {
        let packet = release.packet
        guard let ip = try? IPHeader.decode(packet.span), let udp = try? UDPHeader.decode(packet.span, ip),
            case .data(1, let payload)? = try? TFTPMessage.decode(packet.span, in: udp.payload)
        else { continue }
        let count = min(payload.count, signatureMark.count)
        let start = packet[payload].prefix(count)
        guard start.elementsEqual(signatureMark.prefix(count)) || start.elementsEqual(fuzzedTrustList.prefix(count))
        else { return "a phone gets what the box has not signed" }
    }
    return nil
}

private let signatureMark = Array("signed:".utf8)
private let fuzzedTrustList = Array("a trust list".utf8)

/// One-to-one NAT for the TFTP server, and the phone proxy on the outside.
private let phoneProxyBox: Configuration = {
    var configuration = Configuration.read(
        fuzzedNetwork
            + """
            access-list in extended permit udp any any eq 69
            access-group in in interface outside

            """, file: "phone-proxy.cfg"
    ).configuration
    var proxy = PhoneProxyDefinition(name: "mypp")
    proxy.tftpServers = [.init(address: IPAddress(v4: 0xc000_0265), interface: "inside")]
    configuration.phoneProxy = proxy
    configuration.classMaps["sip"] = ClassMap(name: "sip", matches: [.port(.tcp, PortMatch(5061, 5061))])
    let inspection = PolicyMap.Inspection(engine: .sip, phoneProxy: "mypp")
    configuration.policyMaps["pp"] = PolicyMap(
        name: "pp", classes: [PolicyMap.Class(classMap: "sip", inspections: [inspection])])
    configuration.servicePolicies.append(ServicePolicy(policyMap: "pp", interface: "outside"))
    return configuration
}()

func phoneProxySeeds() -> [FuzzTarget.Seed] {
    let phone = IPAddress(v4: 0xc633_6405)
    let out = PacketBuilder(from: phone, to: IPAddress(v4: 0xcb00_711a))
    let back = PacketBuilder(from: IPAddress(v4: 0xc000_0265), to: phone)
    func request(_ file: String) -> [UInt8] {
        out.udp(from: 50_000, to: 69, TFTPBytes.readRequest(file, options: [("blksize", "600")]))
    }
    func data(_ text: String) -> [UInt8] {
        back.udp(from: 40_000, to: 50_000, TFTPBytes.data(1, Array(text.utf8)))
    }
    let device = "<device><deviceSecurityMode>1</deviceSecurityMode></device>"
    return [
        .init(name: "trust-list", bytes: run([(2, request("CTLSEP001B54AABBCC.tlv"))])),
        .init(
            name: "configuration",
            bytes: run([(2, request("SEP001B54AABBCC.cnf.xml.sgn")), (3, data(device))])),
        .init(name: "signed", bytes: run([(2, request("a.xml.sgn")), (3, data("abc")), (2, request("a.xml.sgn"))])),
        .init(name: "passed", bytes: run([(2, request("a.loads")), (3, data("abc"))])),
        .init(name: "unsigned", bytes: run([(2, request("SEP001B54AABBCC.cnf.xml"))])),
        .init(name: "write", bytes: run([(2, out.udp(from: 50_000, to: 69, TFTPBytes.writeRequest("CTLFile.tlv")))])),
    ]
}

private func run(_ packets: [(control: UInt8, bytes: [UInt8])]) -> [UInt8] {
    packets.flatMap { packet in
        [packet.control, UInt8(packet.bytes.count >> 8), UInt8(packet.bytes.count & 0xff)] + packet.bytes
    }
}
