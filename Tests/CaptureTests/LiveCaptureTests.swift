import Capture
import Glibc
import Testing
import Wire

@Suite("Live capture", .serialized)
struct LiveCaptureTests {
    /// Sends `payload` from a loopback socket to itself, and returns the port.
    private static func sendToOurselves(_ payload: [UInt8], opened: (UInt16) throws -> Void) throws {
        let socket = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        try #require(socket >= 0)
        defer { _ = close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        try unsafe withUnsafeMutablePointer(to: &address) { pointer in
            try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                try #require(unsafe bind(socket, generic, length) == 0)
                try #require(unsafe getsockname(socket, generic, &length) == 0)
            }
        }
        try opened(UInt16(bigEndian: address.sin_port))
        let sent = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe sendto(socket, payload, payload.count, 0, generic, length)
            }
        }
        try #require(sent == payload.count)
    }

    @Test("a datagram on the loopback device is seen, once its filter lets it through")
    func datagram() throws {
        let payload = Array("a datagram of our own".utf8)
        var live: LiveCapture?
        try Self.sendToOurselves(payload) { port in
            var options = LiveCapture.Options()
            options.filter = "udp and dst port \(port)"
            live = try LiveCapture(device: "lo", options: options)
        }
        guard var capture = live.take() else {
            Issue.record("not opened")
            return
        }
        #expect(capture.interface.linkType == .ethernet)
        #expect(capture.interface.name == "lo")
        #expect(try capture.wait(milliseconds: 5_000))
        let record = try #require(try capture.next())
        #expect(record.capturedLength == 14 + 28 + payload.count)
        #expect(record.wireLength == record.capturedLength)
        #expect((record.timestamp?.nanoseconds ?? 0) / 1_000_000_000 > 1_700_000_000)
        var tail: [UInt8] = []
        capture.withFrame { frame in
            frame[0] = 0xee
            tail = frame.span.bytes(in: frame.count - payload.count..<frame.count)
        }
        #expect(tail == payload)
        #expect(try capture.statistics().received >= 1)
        #expect(try capture.statistics().dropped == 0)
        capture.close()
    }

    @Test("without a packet there is no record, and nothing blocks")
    func quiet() throws {
        var options = LiveCapture.Options()
        options.filter = "ether proto 0x88b5"
        options.snapLength = 64
        var capture = try LiveCapture(device: "lo", options: options)
        #expect(try capture.next() == nil)
        #expect(try !capture.wait(milliseconds: 20))
        #expect(capture.interface.snapLength == 64)
    }

    @Test("a device that is not there, and a filter that is none, are named errors")
    func errors() {
        func failure(_ device: String, _ filter: String?) -> CaptureError? {
            var options = LiveCapture.Options()
            options.filter = filter
            do throws(CaptureError) {
                _ = try LiveCapture(device: device, options: options)
                return nil
            } catch {
                return error
            }
        }
        #expect(failure("nosuch0", nil)?.description == "nosuch0: No such device exists")
        let notAFilter = failure("lo", "udp port")?.description ?? ""
        #expect(notAFilter.hasPrefix("filter \"udp port\": "))
        #expect(notAFilter.hasSuffix("syntax error"))
    }
}
