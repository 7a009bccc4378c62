import TestSupport
import Testing

@testable import Wire

@Suite("RTCP")
struct RTCPTests {
    private func walk(_ datagram: [UInt8]) throws -> [RTCPHeader] {
        var packets = RTCPPackets()
        var headers: [RTCPHeader] = []
        while let header = try packets.next(datagram.span) { headers.append(header) }
        return headers
    }

    @Test("a compound packet is walked packet by packet")
    func compound() throws {
        let parts = [
            RTCPBytes.senderReport(5, about: [6, 7]), RTCPBytes.sourceDescription(5, name: "a@example.com"),
            RTCPBytes.packet(204, count: 9, [0, 0, 0, 5, 1, 2, 3, 4]), RTCPBytes.goodbye(5),
        ]
        let headers = try walk(parts.flatMap { $0 })
        #expect(headers.map(\.type) == [.senderReport, .sourceDescription, .application, .goodbye])
        #expect(headers.map(\.count) == [2, 1, 9, 1])
        #expect(headers.map(\.ssrc) == [5, 5, 5, 5])
        #expect(headers.map(\.packet.count) == parts.map(\.count))
        #expect(headers.map(\.packet.lowerBound) == [0, 76, 100, 112])
    }

    @Test("a packet without a word behind its header has no sender")
    func bare() throws {
        let headers = try walk([0x80, 203, 0, 0])
        #expect(headers.map(\.ssrc) == [nil])
    }

    @Test("reports say what their bytes say")
    func reports() throws {
        let datagram = RTCPBytes.senderReport(5, about: [6, 7])
        let header = try RTCPHeader.decode(datagram.span)
        let report = try #require(try RTCPReport(datagram.span, header))
        #expect(
            report.sender
                == RTCPSenderInfo(
                    ntpTimestamp: 0x1122_3344_5566_7788, rtpTimestamp: 160, packetCount: 50, octetCount: 8000))
        #expect(report.blockCount == 2)
        #expect(
            report.block(datagram.span, 1)
                == RTCPReportBlock(
                    ssrc: 7, fractionLost: 3, cumulativeLost: -2, highestSequenceNumber: 0x1_0005, jitter: 77,
                    lastSenderReport: 0x3344_5566, delaySinceLastSenderReport: 0x8000))
    }

    @Test("a receiver report has blocks alone, and other packets are no reports")
    func otherReports() throws {
        let receiver = RTCPBytes.receiverReport(5, about: [6])
        let report = try #require(try RTCPReport(receiver.span, RTCPHeader.decode(receiver.span)))
        #expect(report.sender == nil)
        #expect(report.block(receiver.span, 0).ssrc == 6)
        let goodbye = RTCPBytes.goodbye(5)
        #expect(try RTCPReport(goodbye.span, RTCPHeader.decode(goodbye.span)) == nil)
    }

    @Test("more blocks than there is room for are refused")
    func missingBlocks() throws {
        var datagram = RTCPBytes.receiverReport(5, about: [6])
        datagram[0] = 0x82
        let header = try RTCPHeader.decode(datagram.span)
        let error = #expect(throws: WireError.self) { try RTCPReport(datagram.span, header) }
        #expect(error == WireError(.rtcp, .reports, .truncated, at: 0))
        let short: [UInt8] = [0x80, 200, 0, 1, 0, 0, 0, 5]
        let shortHeader = try RTCPHeader.decode(short.span)
        #expect(throws: WireError.self) { try RTCPReport(short.span, shortHeader) }
        let bare: [UInt8] = [0x80, 201, 0, 0]
        let bareHeader = try RTCPHeader.decode(bare.span)
        #expect(throws: WireError.self) { try RTCPReport(bare.span, bareHeader) }
    }

    @Test("every cut of a compound packet but those between packets is refused")
    func truncation() throws {
        let first = RTCPBytes.receiverReport(5, about: [6])
        let datagram = first + RTCPBytes.sourceDescription(5, name: "a@example.com")
        for length in 0..<datagram.count where length != first.count {
            let cut = Array(datagram.prefix(length))
            let error = #expect(throws: WireError.self) { try walk(cut) }
            #expect(error?.problem == .truncated)
        }
        #expect(try walk(first).count == 1)
    }

    @Test("version and type are RTCP's")
    func wrongPackets() {
        var bytes = RTCPBytes.goodbye(5)
        bytes[0] = 0x41
        #expect(throws: WireError(.rtcp, .version, .invalid, at: 0)) { try walk(bytes) }
        for type in [UInt8(0), 72, 191, 224, 255] {
            let other = RTCPBytes.packet(type, count: 0, [])
            #expect(throws: WireError(.rtcp, .packetType, .invalid, at: 1)) { try walk(other) }
        }
    }

    @Test("padding stands at the end of the last packet")
    func padding() throws {
        let first = RTCPBytes.receiverReport(5)
        let padded: [UInt8] = [0xa0, 201, 0, 2, 0, 0, 0, 9, 0, 0, 0, 4]
        let headers = try walk(first + padded)
        let datagram = first + padded
        #expect(try headers.last?.body(in: datagram.span) == 12..<16)
        #expect(throws: WireError(.rtcp, .padding, .invalid, at: 0)) { try walk(padded + first) }
        for count in [UInt8(0), 9, 255] {
            var wrong = padded
            wrong[11] = count
            #expect(throws: WireError(.rtcp, .padding, .invalid, at: 11)) { try walk(wrong) }
        }
    }
}
