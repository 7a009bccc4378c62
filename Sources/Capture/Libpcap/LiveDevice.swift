import CPcap
import Wire

/// Owns a handle of libpcap and closes it. libpcap ties no handle to a thread; its one owner uses it
/// exclusively, which is why whatever changes libpcap's state is `mutating` above.
@safe
private struct Handle: ~Copyable, @unchecked Sendable {
    let pointer: OpaquePointer

    init(_ device: String) throws(CaptureError) {
        var text = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        guard let created = unsafe pcap_create(device, &text) else {
            let reason = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw .device(device, reason: reason)
        }
        unsafe pointer = created
    }

    deinit {
        unsafe pcap_close(pointer)
    }
}

/// A network device opened by libpcap, which never blocks.
///
/// This file is one of the thin wrappers around C.
struct LiveDevice: ~Copyable, Sendable {
    /// One packet as libpcap hands it over: its bytes were copied to the caller's buffer.
    struct Arrival {
        var timestamp: Timestamp
        var capturedLength: Int
        var wireLength: Int
    }

    private let handle: Handle
    let name: String
    let linkType: LinkType
    /// Becomes readable when packets wait.
    let descriptor: Int32
    /// What libpcap remarked on while opening; `nil` when nothing.
    let remark: String?
    private let nanosecondsPerFraction: Int64

    init(_ name: String, _ options: LiveCapture.Options) throws(CaptureError) {
        let handle = try Handle(name)
        let pcap = unsafe handle.pointer
        unsafe Self.configure(pcap, options)
        let status = unsafe pcap_activate(pcap)
        guard status >= 0 else { throw .device(name, reason: unsafe Self.reason(pcap, status)) }
        var text = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        guard unsafe pcap_setnonblock(pcap, 1, &text) == 0 else {
            throw .device(name, reason: unsafe Self.reason(pcap, PCAP_ERROR))
        }
        if let filter = options.filter {
            let program = try unsafe FilterProgram(filter, on: pcap)
            try unsafe program.install(on: pcap, filter)
        }
        let descriptor = unsafe pcap_get_selectable_fd(pcap)
        guard descriptor >= 0 else { throw .device(name, reason: "the device cannot be polled") }

        self.name = name
        self.descriptor = descriptor
        linkType = LinkType(libpcapNumber: unsafe pcap_datalink(pcap))
        remark = status > 0 ? unsafe Self.reason(pcap, status) : nil
        let isNanosecond = unsafe pcap_get_tstamp_precision(pcap) == PCAP_TSTAMP_PRECISION_NANO
        nanosecondsPerFraction = isNanosecond ? 1 : 1_000
        self.handle = handle
    }

    /// None of these can fail on a handle that is not active yet, but for the precision, which is read back.
    private static func configure(_ handle: OpaquePointer, _ options: LiveCapture.Options) {
        _ = unsafe pcap_set_snaplen(handle, Int32(clamping: options.snapLength))
        _ = unsafe pcap_set_promisc(handle, options.isPromiscuous ? 1 : 0)
        _ = unsafe pcap_set_immediate_mode(handle, options.isImmediate ? 1 : 0)
        _ = unsafe pcap_set_timeout(handle, Int32(clamping: max(1, options.timeoutMilliseconds)))
        _ = unsafe pcap_set_buffer_size(handle, Int32(clamping: options.bufferSize))
        _ = unsafe pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO)
    }

    /// Copies the next waiting packet into `buffer`; `nil` when none waits.
    mutating func next(into buffer: inout [UInt8]) throws(CaptureError) -> Arrival? {
        var header: UnsafeMutablePointer<pcap_pkthdr>?
        var data: UnsafePointer<UInt8>?
        let status = unsafe pcap_next_ex(handle.pointer, &header, &data)
        guard status == 1 else {
            if status == 0 { return nil }
            throw .device(name, reason: unsafe Self.reason(handle.pointer, status))
        }
        guard let header = unsafe header?.pointee, let data = unsafe data else { return nil }
        let captured = min(Int(header.caplen), buffer.count)
        let bytes = unsafe Span(_unsafeStart: data, count: captured)
        var target = buffer.mutableSpan
        target.copy(bytes, count: captured, to: 0)
        return Arrival(
            timestamp: Timestamp(
                seconds: Int64(header.ts.tv_sec),
                nanoseconds: Int64(header.ts.tv_usec) * nanosecondsPerFraction),
            capturedLength: captured, wireLength: max(Int(header.len), captured))
    }

    /// What came, what libpcap's buffer had no room for, and what the device itself dropped.
    mutating func statistics() throws(CaptureError) -> LiveCapture.Statistics {
        var counts = pcap_stat()
        guard unsafe pcap_stats(handle.pointer, &counts) == 0 else {
            throw .device(name, reason: unsafe Self.reason(handle.pointer, PCAP_ERROR))
        }
        return LiveCapture.Statistics(
            received: UInt64(counts.ps_recv), dropped: UInt64(counts.ps_drop),
            droppedByInterface: UInt64(counts.ps_ifdrop))
    }

    /// libpcap's own text where it has one, else the meaning of the status.
    private static func reason(_ handle: OpaquePointer, _ status: Int32) -> String {
        let text = unsafe String(cString: pcap_geterr(handle))
        return text.isEmpty ? unsafe String(cString: pcap_statustostr(status)) : text
    }
}
