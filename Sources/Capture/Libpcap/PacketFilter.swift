import CPcap
import Wire

/// A filter in tcpdump's language (pcap-filter(7)), compiled by libpcap for one link type.
///
/// Compiling may ask DNS when the expression names a host.
@safe
public struct PacketFilter: ~Copyable, Sendable {
    /// Longer expressions are refused before libpcap's recursive grammar sees them.
    public static let expressionLimit = 4_096

    private let program: FilterProgram

    /// Compiles `expression` for frames of `linkType`; an empty one matches everything.
    public init(
        _ expression: String, linkType: LinkType, snapLength: Int = CaptureLimits.packetLength
    ) throws(CaptureError) {
        guard let handle = unsafe pcap_open_dead(linkType.libpcapNumber, Int32(clamping: snapLength)) else {
            throw .filter(expression: expression, reason: "out of memory")
        }
        defer { unsafe pcap_close(handle) }
        program = try unsafe FilterProgram(expression, on: handle)
    }

    /// Whether the filter matches `frame`, which had `wireLength` bytes before it was cut.
    public func matches(_ frame: Span<UInt8>, wireLength: Int) -> Bool {
        program.matches(frame, wireLength: wireLength)
    }
}

/// Owns a compiled filter, which nothing changes any more.
///
/// This file is one of the thin wrappers around C.
@safe
struct FilterProgram: ~Copyable, @unchecked Sendable {
    private let program: bpf_program

    init(_ expression: String, on handle: OpaquePointer) throws(CaptureError) {
        guard expression.utf8.count <= PacketFilter.expressionLimit else {
            let reason = "longer than \(PacketFilter.expressionLimit) bytes"
            throw .filter(expression: String(expression.prefix(64)), reason: reason)
        }
        var program = unsafe bpf_program()
        guard unsafe pcap_compile(handle, &program, expression, 1, UInt32.max) == 0 else {
            throw .filter(expression: expression, reason: unsafe String(cString: pcap_geterr(handle)))
        }
        unsafe self.program = unsafe program
    }

    deinit {
        var program = unsafe program
        unsafe pcap_freecode(&program)
    }

    /// Puts the filter in front of an open device; `expression` is for the error message.
    func install(on handle: OpaquePointer, _ expression: String) throws(CaptureError) {
        var program = unsafe program
        guard unsafe pcap_setfilter(handle, &program) == 0 else {
            throw .filter(expression: expression, reason: unsafe String(cString: pcap_geterr(handle)))
        }
    }

    func matches(_ frame: Span<UInt8>, wireLength: Int) -> Bool {
        var header = pcap_pkthdr()
        header.caplen = UInt32(clamping: frame.count)
        header.len = UInt32(clamping: max(wireLength, frame.count))
        var program = unsafe program
        return unsafe frame.withUnsafeBufferPointer { bytes in
            unsafe pcap_offline_filter(&program, &header, bytes.baseAddress) != 0
        }
    }
}

extension LinkType {
    /// libpcap's number on Linux (`DLT_…`): raw IP is 12 there and 101 in files; the rest that is read here agrees.
    var libpcapNumber: Int32 {
        switch self {
        case .raw, .rawOpenBSD: 12
        default: Int32(clamping: rawValue)
        }
    }

    init(libpcapNumber: Int32) {
        self = libpcapNumber == 12 ? .raw : LinkType(rawValue: UInt32(clamping: libpcapNumber))
    }
}
