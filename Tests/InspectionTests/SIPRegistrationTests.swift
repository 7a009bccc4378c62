import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// A phone registers through the box: what its server sees, what it hears, and what the box knows then.
@Suite struct SIPRegistrationTests {
    private let contact = "Contact: <sip:alice@98.208.49.30:40001;transport=tcp>"

    /// The server's answer with the phone's contact as the server knows it.
    private func accepted(_ sequence: Int = 1, expires: Int?) -> String {
        let line = expires.map { "\n\(contact);expires=\($0)" } ?? ""
        return sip(
            """
            SIP/2.0 200 OK
            Via: SIP/2.0/TCP 192.168.10.5:5061;rport=40001;received=98.208.49.30;branch=z9hG4bKr\(sequence)
            From: <sip:alice@192.0.2.101>;tag=1
            To: <sip:alice@192.0.2.101>;tag=2\(line)
            Call-ID: r
            CSeq: \(sequence) REGISTER
            Content-Length: 0
            """)
    }

    private func register(_ sequence: Int = 1, contact: String? = nil, extra: String = "") -> String {
        sip(
            """
            REGISTER sip:10.10.0.26;transport=tls SIP/2.0
            Via: SIP/2.0/TLS 192.168.10.5:5061;rport;branch=z9hG4bKr\(sequence)
            Route: <sip:10.10.0.26:5061;transport=tls;lr>
            From: <sip:alice@10.10.0.26>;tag=1
            To: <sip:alice@10.10.0.26>
            Call-ID: r
            CSeq: \(sequence) REGISTER
            Contact: \(contact ?? "<sip:alice@192.168.10.5:5061;transport=tls>\(extra)")
            Authorization: Digest username="alice", realm="x", uri="sip:10.10.0.26;transport=tls", response="0"
            X-Unknown: \t as it   was
            Content-Length: 0
            """)
    }

    @Test func theServerIsAskedAsThePhone() throws {
        let lab = try CallLab()
        let id = try lab.accept("98.208.49.30:49152")
        #expect(lab.connects.isEmpty, "nobody is connected for who has proved nothing")
        lab.secure(id, device: "CP-7962G-SEP001E7AC4DA9C")
        #expect(lab.connects[id] == "98.208.49.30 to inside 192.0.2.101:5060")
        #expect(lab.engine.engine.securePhones.map(\.device.description) == ["001e.7ac4.da9c"])
        #expect(lab.engine.engine.securePhones.map(\.isVerified) == [true])
        #expect(lab.engine.engine.securePhones.map(\.port) == [0])
    }

    @Test func bothSidesHearTheirOwnNames() throws {
        let lab = try CallLab()
        let id = try lab.connect()
        let asked = lab.phone(id, register())
        #expect(
            plain(asked) == """
                REGISTER sip:192.0.2.101;transport=tcp SIP/2.0
                Via: SIP/2.0/TCP 192.168.10.5:5061;rport;branch=z9hG4bKr1
                Route: <sip:192.0.2.101:5060;transport=tcp;lr>
                From: <sip:alice@192.0.2.101>;tag=1
                To: <sip:alice@192.0.2.101>
                Call-ID: r
                CSeq: 1 REGISTER
                Contact: <sip:alice@98.208.49.30:40001;transport=tcp>
                Authorization: Digest username="alice", realm="x", uri="sip:10.10.0.26;transport=tls", response="0"
                X-Unknown: \t as it   was
                Content-Length: 0


                """)
        let answered = lab.server(id, accepted(expires: 600))
        #expect(
            plain(answered) == """
                SIP/2.0 200 OK
                Via: SIP/2.0/TLS 192.168.10.5:5061;rport=49152;received=98.208.49.30;branch=z9hG4bKr1
                From: <sip:alice@10.10.0.26>;tag=1
                To: <sip:alice@10.10.0.26>;tag=2
                Contact: <sip:alice@192.168.10.5:5061;transport=tls>;expires=600
                Call-ID: r
                CSeq: 1 REGISTER
                Content-Length: 0


                """)
        #expect(lab.engine.engine.securePhones.map(\.port) == [49_152])
        let registrations = lab.engine.engine.registrationSummaries
        #expect(registrations.map(\.addressOfRecord) == ["alice@192.0.2.101"])
        #expect(registrations.first?.expires == lab.now.adding(seconds: 600))
    }

    @Test func aPhoneRegistersSeveralLinesAndTakesThemBack() throws {
        let lab = try CallLab()
        let id = try lab.connect()
        for line in ["alice", "sales"] {
            lab.phone(id, register().replacing("alice", with: line))
            lab.server(id, accepted(expires: 600).replacing("alice", with: line))
        }
        #expect(lab.engine.engine.registrationSummaries.count == 2)
        lab.phone(id, register(2, extra: ";expires=0"))
        lab.server(id, accepted(2, expires: nil))
        #expect(lab.engine.engine.registrationSummaries.map(\.addressOfRecord) == ["sales@192.0.2.101"])
        #expect(lab.engine.engine.securePhones.map(\.port) == [49_152])
        lab.phone(id, register(3, contact: "*").replacing("alice", with: "sales"))
        lab.server(id, accepted(3, expires: nil).replacing("alice", with: "sales"))
        #expect(lab.engine.engine.registrationSummaries.isEmpty)
        #expect(lab.engine.engine.securePhones.map(\.port) == [0])
        #expect(lab.story.filter { $0.hasSuffix("unregistered") }.count == 2)
    }

    @Test func aWildcardContactStays() throws {
        let lab = try CallLab()
        let id = try lab.connect()
        #expect(lines(lab.phone(id, register(contact: "*")), "Contact") == ["Contact: *"])
    }

    @Test func aRegistrationThatIsNotRenewedExpires() throws {
        let lab = try CallLab()
        let id = try lab.connect()
        lab.phone(id, register())
        lab.server(id, accepted(expires: 90))
        lab.wait(60)
        lab.phone(id, register(2))
        lab.server(id, accepted(2, expires: 90))
        lab.wait(89)
        #expect(lab.engine.engine.registrationSummaries.count == 1)
        lab.wait(3)
        #expect(lab.engine.engine.registrationSummaries.isEmpty)
        #expect(lab.engine.engine.securePhones.map(\.port) == [0])
    }

    @Test func aClosedConnectionTakesThePhonesPort() throws {
        let lab = try CallLab()
        let id = try lab.connect()
        lab.phone(id, register())
        lab.server(id, accepted(expires: 600))
        lab.take(.closed(id, .phone, how: .finished))
        #expect(lab.ends[id] == "finish server")
        lab.take(.closed(id, .server, how: .finished))
        #expect(lab.ends[id] == "close: closed by peer")
        #expect(lab.engine.engine.streamsInUse == 0)
        #expect(lab.engine.engine.securePhones.map(\.port) == [0])
    }

    @Test func aRefusalRegistersNobody() throws {
        let lab = try CallLab()
        let id = try lab.connect()
        lab.phone(id, register())
        let heard = lab.server(id, accepted(expires: 600).replacing("200 OK", with: "403 Forbidden"))
        #expect(startLines(heard) == ["SIP/2.0 403 Forbidden"])
        #expect(lab.engine.engine.registrationSummaries.isEmpty)
        #expect(lab.engine.engine.securePhones.map(\.port) == [0])
    }

    /// ASA 607004.
    @Test(
        arguments: [
            ";+u.sip!devicename.ccm.cisco.com=\"SEP001E7AC4DA9D\"",
            ";+sip.instance=\"<urn:uuid:00000000-0000-0000-0000-001e7ac4da9d>\"",
        ])
    func anotherDevicesNameIsDropped(_ parameter: String) throws {
        let lab = try CallLab()
        let id = try lab.connect()
        #expect(lab.phone(id, register(extra: parameter)) == "")
        #expect(lab.engine.engine.counters.sip.mismatches == 1)
        #expect(
            lab.story.contains(
                "mismatch: SIP request REGISTER from outside:98.208.49.30/49152 to inside:192.0.2.101/5060, "
                    + "MAC 001e.7ac4.da9d"))
        let own = parameter.replacing("9d>", with: "9c>").replacing("9D\"", with: "9C\"")
        #expect(startLines(lab.phone(id, register(2, extra: own))).count == 1, "its own name passes")
    }

    @Test func manyMessagesInOnePieceAndOneInMany() throws {
        let whole = try CallLab()
        let first = try whole.connect()
        let text = register() + "\r\n\r\n" + register(2)
        let heard = whole.phone(first, text)
        let pieces = try CallLab()
        let second = try pieces.connect()
        for byte in text.utf8 { pieces.send([byte], from: .phone, of: second) }
        #expect(pieces.heard(.server, second) == heard)
        #expect(startLines(heard).count == 2)
        #expect(heard.contains("\r\n\r\n\r\n\r\nREGISTER"), "the ping between them passes")
    }

    @Test func whatComesBeforeTheServerIsReachedWaits() throws {
        let lab = try CallLab()
        let id = try lab.accept("98.208.49.30:49152")
        lab.secure(id, device: "SEP001E7AC4DA9C")
        #expect(lab.phone(id, register()) == "")
        lab.take(.connected(id, local: try endpoint("98.208.49.30:40001"), cipher: nil))
        #expect(lines(lab.heard(.server, id), "Contact") == [contact])
    }

    /// A URI without `<>` gets them, since its parameter would else be the header's.
    @Test func aBareContactStaysOne() throws {
        let lab = try CallLab()
        let id = try lab.connect()
        let heard = lab.phone(id, register(contact: "sip:alice@192.168.10.5:5061;expires=60"))
        #expect(lines(heard, "Contact") == [contact + ";expires=60"])
        let back = lab.server(id, accepted(expires: 60))
        #expect(lines(back, "Contact") == ["Contact: <sip:alice@192.168.10.5:5061>;expires=60"])
    }

    @Test func securePhonesMayBeDemandedToAskForFilesFirst() throws {
        var configuration = try Configuration.callBox()
        configuration.phoneProxy?.requiresFileRequest = true
        let lab = try CallLab(configuration)
        let id = try lab.accept("98.208.49.30:49152")
        lab.secure(id, device: "SEP001E7AC4DA9C")
        #expect(lab.ends[id] == "close: no secure-phone entry")
        #expect(lab.connects.isEmpty)
        #expect(lab.engine.engine.securePhones.isEmpty)
    }

    @Test func withoutACertificateOnlyWhereNoneIsAsked() throws {
        let lab = try CallLab()
        let id = try lab.accept("98.208.49.30:49152")
        lab.secure(id, device: nil)
        #expect(lab.ends[id] == "close: no secure-phone entry")
        var configuration = try Configuration.callBox()
        configuration.tlsProxies["mytls"]?.authenticatesClients = false
        let open = try CallLab(configuration)
        let other = try open.connect(device: nil)
        #expect(startLines(open.phone(other, register())).count == 1)
        #expect(open.engine.engine.securePhones.isEmpty, "nothing was proved")
    }
}
