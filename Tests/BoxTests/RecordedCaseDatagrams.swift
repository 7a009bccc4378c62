import Capture
import TestSupport
import Trust
import Wire

@testable import Box

/// A UDP datagram that left a box.
struct SentDatagram {
    /// `nameif` of the interface that it left by.
    var interface: String
    var source: Endpoint
    var destination: Endpoint
    var payload: [UInt8]

    /// - Parameter interface: where the recording was made; `nil`: each packet's interface is the file's.
    static func all(in path: String, on interface: String? = nil) throws -> [SentDatagram] {
        var reader = try CaptureReader(path: path)
        var datagrams: [SentDatagram] = []
        while let record = try reader.next() {
            let name = interface ?? reader.interfaces[record.interface].name
            var frame: [UInt8] = []
            reader.withFrame { frame = $0.span.bytes(in: 0..<$0.count) }
            datagrams.append(try SentDatagram(frame, record.linkType, name))
        }
        return datagrams
    }

    private init(_ frame: [UInt8], _ linkType: LinkType, _ interface: String) throws {
        self.interface = interface
        let packet = Array(frame[try LinkFrame.decode(frame.span, linkType).payloadOffset...])
        let bytes = packet.span
        let ip = try IPHeader.decode(bytes)
        let udp = try UDPHeader.decode(bytes, ip)
        source = Endpoint(ip.source, udp.sourcePort)
        destination = Endpoint(ip.destination, udp.destinationPort)
        payload = Array(packet[udp.payload])
    }

    /// For a DATA message (RFC 1350), the bytes of the file that it carries.
    var fileBytes: ArraySlice<UInt8>? { payload.starts(with: [0, 3]) ? payload.dropFirst(4) : nil }

    /// The first bytes say which message and which block it is.
    func line(hidingSourcePort: Bool) -> String {
        let from = hidingSourcePort ? "\(source.address):*" : "\(source)"
        return "\(interface): \(from) > \(destination) \(payload.prefix(4)), \(payload.count) bytes, SHA-1 "
            + Fingerprint.sha1.of(payload).hexadecimal()
    }
}

extension [SentDatagram] {
    /// One line a datagram: interface by interface, phone by phone, each phone's in their order.
    func lines(ofPhonesAt phone: IPAddress) -> String {
        let groups = Dictionary(grouping: self) { datagram in
            let port = datagram.destination.address == phone ? datagram.destination.port : datagram.source.port
            return "\(datagram.interface) \(port)"
        }
        return groups.sorted { $0.key < $1.key }.flatMap { _, datagrams in
            // The box draws the port that it answers a phone from; the phone's next packet shows which one it was.
            let isToPhone = datagrams.first?.destination.address == phone
            return datagrams.enumerated().map { $1.line(hidingSourcePort: isToPhone && $0 == 0) }
        }.joined(separator: "\n")
    }
}
