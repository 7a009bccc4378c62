import TestSupport
import Testing
import Wire

/// Changes in place: what is asked for, and not a byte more.
@Suite struct SIPEditorTests {
    private func edited(
        _ bytes: [UInt8], on carrier: SIPEditor.Carrier = .datagram, _ change: (inout SIPEditor) throws -> Void
    ) throws -> String {
        var editor = SIPEditor(try SIPMessage.read(bytes))
        try change(&editor)
        return String(decoding: try editor.finished(on: carrier), as: UTF8.self)
    }

    /// The lines of a message, changed, without the first and Content-Length.
    private func edited(_ lines: String..., change: (inout SIPEditor) throws -> Void) throws -> [String] {
        let bytes = SampleSIP.message(["OPTIONS sip:a SIP/2.0"] + lines)
        let text = try edited(bytes, change)
        return text.split(separator: "\r\n").dropFirst().map(String.init).filter { !$0.hasPrefix("Content-Length") }
    }

    @Test func withoutChangesNothingChanges() throws {
        for (name, bytes) in SampleSIP.all {
            #expect(try edited(bytes) { _ in } == String(decoding: bytes, as: UTF8.self), "\(name)")
        }
    }

    @Test(
        arguments: [
            ("<sip:h>", "<sip:[2001:db8::1]:5061;transport=tls>"),
            ("sip:h;x", "<sip:[2001:db8::1]:5061;transport=tls>;x"),
            (
                "\"n\" <sip:u:p@h:1;a;transport=udp;b?c=d>;e",
                "\"n\" <sip:u:p@[2001:db8::1]:5061;a;transport=tls;b?c=d>;e"
            ),
            ("<sip:u@h;a?c=d>", "<sip:u@[2001:db8::1]:5061;a;transport=tls?c=d>"), ("<tel:1>", "<tel:1;transport=tls>"),
        ])
    func hostPortAndTransportOfAURI(before: String, after: String) throws {
        let endpoint = Endpoint(try #require(IPAddress("2001:db8::1")), 5061)
        let lines = try edited("Contact: \(before)") { editor in
            let uri = try #require(try editor.message.contacts().first).uri
            // In any order.
            editor.setTransport(of: uri, to: .tls)
            editor.setHost(of: uri, to: endpoint)
        }
        #expect(lines == ["Contact: \(after)"])
    }

    @Test func whatIsTakenAwayFromAURI() throws {
        let lines = try edited("Contact: <sips:u@h:1;transport=tcp;lr;TRANSPORT=udp>;q=1") { editor in
            let contact = try #require(try editor.message.contacts().first)
            editor.setPort(of: contact.uri, to: nil)
            editor.setTransport(of: contact.uri, to: nil)
            editor.setScheme(of: contact.uri, to: "sip")
            editor.removeParameter("q", in: contact.parameters)
        }
        #expect(lines == ["Contact: <sip:u@h;lr>"])
    }

    @Test(
        arguments: [
            ("SIP/2.0/UDP h;branch=1", "SIP/2.0/TLS 192.0.2.9:5061;branch=1;rport=7;received=x"),
            ("SIP / 2.0 / TCP  h : 5060 ;rport", "SIP / 2.0 / TLS  192.0.2.9 : 5061 ;rport=7;received=x"),
            ("SIP/2.0/UDP h;rport=1;received=y", "SIP/2.0/TLS 192.0.2.9:5061;rport=7;received=x"),
        ])
    func via(before: String, after: String) throws {
        let lines = try edited("Via: SIP/2.0/UDP first, \(before)") { editor in
            let via = try #require(try editor.message.vias().last)
            editor.setTransport(of: via, to: .tls)
            editor.setParameter("rport", in: via.parameters, to: "7")
            editor.setParameter("received", in: via.parameters, to: "x")
            editor.setSentBy(of: via, to: Endpoint(IPAddress(v4: 0xc000_0209), 5061))
        }
        #expect(lines == ["Via: SIP/2.0/UDP first, \(after)"])
    }

    @Test func headersComeAndGo() throws {
        let lines = try edited("A: 1", "B: 2\r\n folded", "C: 3") { editor in
            editor.insert("Before", "b", beforeHeader: 0)
            editor.insert("Behind", "a", behindHeader: 1)
            editor.remove(header: 1)
            editor.setValue(ofHeader: 2, to: "4")
            editor.append("Last", "z")
            editor.append("Very", "last")
        }
        #expect(lines == ["Before: b", "A: 1", "Behind: a", "C: 4", "Last: z", "Very: last"])
    }

    @Test(
        arguments: [
            ([0], "Route: <sip:b>,\r\n <sip:c,>"), ([1], "Route: <sip:a>,\r\n <sip:c,>"),
            ([2], "Route: <sip:a> , <sip:b>"), ([0, 1], "Route: <sip:c,>"), ([1, 2], "Route: <sip:a>"),
            ([0, 2], "Route: <sip:b>"), ([0, 1, 2], nil),
        ])
    func valuesGo(values: [Int], expected: String?) throws {
        let bytes = SampleSIP.message(["OPTIONS sip:a SIP/2.0", "Route: <sip:a> , <sip:b>,\r\n <sip:c,>", "X: 1"])
        let text = try edited(bytes) { editor in
            for value in values { editor.remove(value: SIPPlace(header: 0, value: value)) }
        }
        let line = expected.map { $0 + "\r\n" } ?? ""
        #expect(text == "OPTIONS sip:a SIP/2.0\r\n\(line)X: 1\r\nContent-Length: 0\r\n\r\n")
    }

    @Test("a value that goes, and one beside it that changes")
    func both() throws {
        let lines = try edited("Via: SIP/2.0/UDP a, SIP/2.0/UDP b", "X: 1") { editor in
            let vias = try editor.message.vias()
            editor.remove(value: vias[0].place)
            editor.setSentBy(of: vias[1], host: "c", port: nil)
        }
        #expect(lines.first == "Via: SIP/2.0/UDP c")
    }

    @Test("Content-Length follows the body", arguments: ["Content-Length: 4", "l:  0004 ", "L :4"])
    func contentLength(header: String) throws {
        let head = "OPTIONS sip:a SIP/2.0\r\nA: 1\r\n"
        let text = try edited(Array("\(head)\(header)\r\nB: 2\r\n\r\nbody".utf8)) {
            $0.setBody(Array("longer body".utf8))
        }
        let name = header.prefix { $0 != "4" && $0 != "0" }
        #expect(text == "\(head)\(name)11\(header.hasSuffix(" ") ? " " : "")\r\nB: 2\r\n\r\nlonger body")
    }

    @Test func aMissingContentLengthComesOnAStreamOnly() throws {
        let bytes = Array("OPTIONS sip:a SIP/2.0\nA: 1\n\nbody".utf8)
        #expect(try edited(bytes, on: .datagram) { $0.setBody([0x78]) } == "OPTIONS sip:a SIP/2.0\nA: 1\n\nx")
        #expect(
            try edited(bytes, on: .stream) { $0.append("B", "2") }
                == "OPTIONS sip:a SIP/2.0\nA: 1\nB: 2\nContent-Length: 4\n\nbody")
        let cut = Array("OPTIONS sip:a SIP/2.0\r\nA: 1\r\n".utf8)
        #expect(
            try edited(cut, on: .stream) { $0.setBody([0x78]) }
                == "OPTIONS sip:a SIP/2.0\r\nA: 1\r\nContent-Length: 1\r\n\r\nx")
        #expect(try edited(cut) { $0.append("B", "2") } == "OPTIONS sip:a SIP/2.0\r\nA: 1\r\nB: 2\r\n")
    }

    @Test("a description is changed where it stands, in a message and in a part of one")
    func descriptions() throws {
        for bytes in [SampleSIP.invite, SampleSIP.multipart] {
            let before = String(decoding: bytes, as: UTF8.self)
            let text = try edited(bytes) { editor in
                let part = try #require(try editor.message.sdpPart())
                let sdp = try SDP.read(editor.message.bytes, in: part.content)
                editor.edits.setAddress(of: try #require(sdp.connection), to: IPAddress(v4: 0xc633_6409))
                editor.edits.setPort(of: sdp.media[0], to: 7)
            }
            let growth = "198.51.100.9".utf8.count - "192.0.2.2".utf8.count - "4917".utf8.count
            let length = try SIPMessage.read(bytes).body.count
            let expected = before.replacing("s=-\r\nc=IN IP4 192.0.2.2", with: "s=-\r\nc=IN IP4 198.51.100.9")
                .replacing("m=audio 49170", with: "m=audio 7")
                .replacing("Content-Length: \(length)\r\n", with: "Content-Length: \(length + growth)\r\n")
                .replacing(
                    "Content-Length: \(SampleSIP.sdp.utf8.count)\r\n\r\nv=0",
                    with: "Content-Length: \(SampleSIP.sdp.utf8.count + growth)\r\n\r\nv=0")
            #expect(text == expected)
        }
    }

    @Test func changesOfOneByteAreRefused() throws {
        let bytes = SampleSIP.invite
        let changes: [(inout SIPEditor) throws -> Void] = [
            { editor in for _ in 0..<2 { editor.setValue(ofHeader: 4, to: "1") } },
            { editor in
                editor.remove(header: 0)
                editor.setTransport(of: try #require(try editor.message.topVia()), to: .udp)
            },
            { editor in
                editor.setBody([1])
                editor.edits.insert("x", at: editor.message.body.lowerBound + 3)
            },
            { $0.edits.replace($0.message.bytes.count..<$0.message.bytes.count + 1, with: "x") },
        ]
        for change in changes {
            var editor = SIPEditor(try SIPMessage.read(bytes))
            try change(&editor)
            let finished = editor
            #expect(sipError { () throws(SIPError) in try finished.finished(on: .stream) }?.reason == .overlappingEdits)
        }
    }
}
