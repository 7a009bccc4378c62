import TestSupport
import Testing
import Wire

/// Headers as values.
@Suite struct SIPFieldTests {
    private let invite: SIPMessage
    private let transfer: SIPMessage

    init() throws {
        invite = try SIPMessage.read(SampleSIP.invite)
        transfer = try SIPMessage.read(SampleSIP.transfer)
    }

    private func message(_ line: String) throws -> SIPMessage {
        try SIPMessage.read(SampleSIP.message(["OPTIONS sip:a SIP/2.0", line]))
    }

    @Test func callAndSequence() throws {
        #expect(invite.callID.map(invite.text) == "a84b4c76e66710@192.0.2.2")
        let sequence = try #require(try invite.cseq())
        #expect(sequence.number == 314_159 && sequence.method == .invite)
        #expect(invite.text(sequence.numberRange) == "314159" && invite.text(sequence.methodName) == "INVITE")
    }

    @Test(
        arguments: [
            ("1", SIPError.Reason.valueMalformed), ("INVITE 1", .valueMalformed), ("1 INVITE x", .valueMalformed),
            ("4294967296 INVITE", .valueOutOfRange), ("", .valueMalformed),
        ])
    func sequencesThatAreNone(value: String, reason: SIPError.Reason) throws {
        let message = try message("CSeq: \(value)")
        let error = sipError { () throws(SIPError) in try message.cseq() }
        #expect(error?.reason == reason && error?.header == .cseq)
    }

    @Test func fromAndTo() throws {
        let from = try #require(try invite.from())
        #expect(from.displayName.map(invite.text) == "\"Alice, \\\"Al\\\"\"")
        #expect(invite.text(from.uri.range) == "sip:alice@example.com" && !from.uri.isBare)
        #expect(from.tag.map(invite.text) == "1928301774")
        let to = try #require(try invite.to())
        #expect(to.displayName.map(invite.text) == "Bob" && to.tag == nil)
    }

    @Test func vias() throws {
        let vias = try invite.vias()
        #expect(vias.map(\.transport) == [.tcp, .udp, .tls])
        #expect(vias.map { invite.text($0.transportName) } == ["TCP", "UDP", "TLS"])
        #expect(vias.map { invite.text($0.sentBy) } == ["192.0.2.2:5070", "proxy.example.com", "[2001:db8::9]:5061"])
        #expect(vias.map(\.port) == [5070, nil, 5061])
        #expect(vias.map(\.host.form) == [.ipv4, .name, .ipv6])
        #expect(vias.map { $0.branch.map(invite.text) } == ["z9hG4bK776asdhds", "z9hG4bK1", "z9hG4bK2"])
        #expect(vias[0].rport.map { $0.value == nil } == true && vias[0].hasAlias)
        #expect(vias[1].rport?.value.map(invite.text) == "5062")
        #expect(
            vias[1].received?.address == IPAddress("203.0.113.9") && vias[2].maddr?.address == IPAddress("233.252.0.7"))
        let places = [SIPPlace(header: 0, value: 0), SIPPlace(header: 1, value: 0), SIPPlace(header: 1, value: 1)]
        #expect(vias.map(\.place) == places)
        #expect(try invite.topVia() == vias[0])
    }

    @Test("received may come without brackets", arguments: ["[2001:db8::1]", "2001:db8::1"])
    func received(text: String) throws {
        let via = try message("Via: SIP/2.0/UDP a;received=\(text)").topVia()
        #expect(via?.received?.address == IPAddress("2001:db8::1"))
    }

    @Test(
        arguments: [
            ("SIP/2.0/UDP", SIPError.Reason.valueMalformed), ("SIP/2.0 UDP a", .valueMalformed),
            ("SIP/2.0/UDP a;;b", .parameterMalformed), ("SIP/2.0/UDP a;branch=", .parameterMalformed),
            ("SIP/2.0/UDP a:x", .portMalformed), ("SIP/2.0/UDP a:65536", .portMalformed),
            ("SIP/2.0/UDP a:", .portMalformed), ("SIP/2.0/UDP [::g]", .hostMalformed),
            ("SIP/2.0/UDP ;branch=1", .hostMalformed), ("SIP/2.0/UDP a b", .parameterMalformed),
            ("SIP/2.0/UDP a,", .valueMalformed), ("SIP/2.0/UDP a;b=\"c", .quoteUnterminated),
        ])
    func viasThatAreNone(value: String, reason: SIPError.Reason) throws {
        let message = try message("Via: \(value)")
        let error = sipError { () throws(SIPError) in try message.vias() }
        #expect(error?.reason == reason && error?.header == .via, "\(String(describing: error))")
    }

    @Test func contacts() throws {
        let contact = try #require(try invite.contacts().first)
        #expect(contact.uri.host?.address == IPAddress("192.0.2.2") && contact.uri.port == 5070)
        #expect(contact.uri.transport == .tcp && invite.expires(of: contact) == 3600)
        #expect(invite.parameter("q", in: contact.parameters)?.value.map(invite.text) == "0.7")
        let instance = try #require(invite.parameter("+sip.instance", in: contact.parameters)?.value)
        #expect(invite.text(invite.unquoted(instance)) == "<urn:uuid:00000000-0000-1000-8000-000A95A0E128>")
        #expect(invite.parameters(contact.parameters).count == 3)
        let register = try SIPMessage.read(SampleSIP.register)
        #expect(register.isContactWildcard && !invite.isContactWildcard)
        #expect(try register.contacts().isEmpty)
        #expect(try register.addresses(of: .path).map(\.uri.isLooseRouting) == [true])
    }

    @Test func routes() throws {
        let routes = try invite.addresses(of: .recordRoute)
        #expect(
            routes.map { invite.text($0.uri.range) } == [
                "sip:p2.example.com;lr", "sips:[2001:db8::8]:5061;lr;transport=tcp",
            ])
        #expect(routes.map(\.uri.scheme) == [.sip, .sips] && routes.allSatisfy(\.uri.isLooseRouting))
        #expect(routes.map(\.place.value) == [0, 1])
    }

    @Test func numbersAndOptions() throws {
        #expect(try invite.number(of: .maxForwards) == 70)
        #expect(try invite.number(of: .expires) == nil)
        #expect(try message("Session-Expires: 90;refresher=uac").number(of: .sessionExpires) == 90)
        #expect(try message("Retry-After: 18 (in a call)").number(of: .retryAfter) == 18)
        for value in ["4294967296", "Thu, 01 Dec 1994", "-1", "1x", ""] {
            let message = try message("Expires: \(value)")
            #expect(sipError { () throws(SIPError) in try message.number(of: .expires) } != nil, "\(value)")
        }
        #expect(invite.has(option: "100rel", in: .require) && !invite.has(option: "100rel", in: .supported))
        #expect(["replaces", "timer", "path"].allSatisfy { invite.has(option: $0, in: .supported) })
    }

    @Test func theFieldsOfTransfersAndEvents() throws {
        let target = try #require(try transfer.address(of: .referTo))
        #expect(target.uri.headers.map(transfer.text) == "Replaces=abc%3Bto-tag%3D1%3Bfrom-tag%3D2")
        let replaces = try #require(try transfer.replaces())
        #expect(
            [replaces.callID, replaces.toTag, replaces.fromTag].map(transfer.text) == [
                "98732@example.com", "r33th4x0r", "ff87ff",
            ])
        #expect(replaces.isEarlyOnly)
        let rack = try #require(try transfer.rack())
        #expect(rack.response == 776_656 && rack.sequence.number == 1 && rack.sequence.method == .invite)
        let event = try #require(try transfer.event())
        #expect(transfer.text(event.token) == "refer")
        #expect(transfer.parameter("id", in: event.parameters)?.value.map(transfer.text) == "93809824")
        #expect(try transfer.subscriptionState().map { transfer.text($0.token) } == "active")
        #expect(try SIPMessage.read(SampleSIP.ringing).number(of: .rseq) == 813_520)
        for line in ["Replaces: a;to-tag=1", "RAck: 1 INVITE", "RAck: x 1 INVITE", "Event: ;id=1"] {
            let message = try message(line)
            let error = sipError { () throws(SIPError) in
                (try message.replaces(), try message.rack(), try message.event())
            }
            #expect(error?.reason == .valueMalformed, "\(line)")
        }
    }

    @Test func whoAsks() throws {
        let credentials = try #require(invite.credentials(.proxyAuthorization))
        #expect(invite.text(credentials.scheme) == "Digest")
        #expect(credentials.username.map(invite.text) == "alice, al")
        #expect(credentials.realm.map(invite.text) == "example.com")
        #expect(invite.credentials() == nil)
        let odd = try message("Authorization: NoOneKnows opaque-data=here, username = x")
        #expect(odd.credentials()?.username.map(odd.text) == "x")
    }

    @Test("a line has more values than are read")
    func tooManyValues() throws {
        let values = [String](repeating: "<sip:a>", count: SIPLimits.values + 1)
        let good = try message("Route: " + values.dropFirst().joined(separator: ","))
        #expect(try good.addresses(of: .route).count == SIPLimits.values)
        let bad = try message("Route: " + values.joined(separator: ","))
        #expect(sipError { () throws(SIPError) in try bad.addresses(of: .route) }?.reason == .tooManyValues)
        let parameters = [String](repeating: ";a", count: SIPLimits.parameters + 1).joined()
        let long = try message("From: <sip:a>" + parameters)
        #expect(sipError { () throws(SIPError) in try long.from() }?.reason == .tooManyParameters)
        let whole = try message("From: <sip:a>" + parameters.dropFirst(2))
        #expect(try whole.from()?.parameters.count == SIPLimits.parameters)
    }
}
