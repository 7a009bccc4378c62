import COpenSSL

/// What a thread's TLS connections read from and write to: one at a time, and only while it is in use. So a connection that
/// is idle holds no buffer.
///
/// This file is one of the thin wrappers around C.
@safe
package final class Exchange {
    /// Of plaintext that is read at once: a record (RFC 8446 section 5.1).
    static let recordLength = 16_384
    /// Kept for the next use; what a large one needed beyond that is given back.
    private static let kept = 65_536

    /// What OpenSSL may read. Only valid while a connection uses it.
    fileprivate var input = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    fileprivate var output = UnsafeMutableRawBufferPointer.allocate(byteCount: kept, alignment: 16)
    fileprivate var outputCount = 0
    private let record = UnsafeMutableRawBufferPointer.allocate(byteCount: recordLength, alignment: 16)

    package init() {}

    deinit {
        unsafe output.deallocate()
        unsafe record.deallocate()
    }

    /// Runs `body` with `bytes` as what has come.
    func withInput<Result>(_ bytes: Span<UInt8>, _ body: () -> Result) -> Result {
        unsafe bytes.withUnsafeBytes {
            unsafe input = $0
            defer { unsafe input = UnsafeRawBufferPointer(start: nil, count: 0) }
            return body()
        }
    }

    /// What was written, and room for more. `take` gets the bytes, when there are any.
    package func takeOutput(_ take: (Span<UInt8>) -> Void) {
        guard outputCount > 0 else { return }
        take(unsafe Span(_unsafeBytes: UnsafeRawBufferPointer(rebasing: output[..<outputCount])))
        outputCount = 0
        guard unsafe output.count > Self.kept else { return }
        unsafe output.deallocate()
        unsafe output = .allocate(byteCount: Self.kept, alignment: 16)
    }

    /// Reads one record's plaintext with `read`, which says how much there is, and appends it to `plaintext`.
    func readRecord(_ plaintext: inout [UInt8], _ read: (UnsafeMutableRawBufferPointer) -> Int) {
        let count = unsafe read(record)
        unsafe plaintext.append(contentsOf: record[..<count])
    }

    fileprivate func append(_ bytes: UnsafeRawBufferPointer) {
        let needed = outputCount + bytes.count
        if unsafe needed > output.count {
            let larger = unsafe UnsafeMutableRawBufferPointer.allocate(
                byteCount: max(needed, output.count * 2), alignment: 16)
            unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: output[..<outputCount]))
            unsafe output.deallocate()
            unsafe output = larger
        }
        unsafe UnsafeMutableRawBufferPointer(rebasing: output[outputCount..<needed]).copyMemory(from: bytes)
        outputCount = needed
    }

    fileprivate func read(_ target: UnsafeMutableRawBufferPointer) -> Int {
        let count = unsafe min(target.count, input.count)
        unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[..<count]))
        unsafe input = UnsafeRawBufferPointer(rebasing: input[count...])
        return count
    }
}

/// The `BIO` of a connection: reads from and writes to its thread's ``Exchange``, which has to outlive it.
enum ExchangeBIO {
    /// `BIO_set_flags` and its relatives are macros on top of these.
    private static let readRetry = BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY
    private static let anyRetry = BIO_FLAGS_READ | BIO_FLAGS_WRITE | BIO_FLAGS_IO_SPECIAL | BIO_FLAGS_SHOULD_RETRY

    /// Made once and never freed.
    @safe private struct Method: @unchecked Sendable {
        let pointer: OpaquePointer?

        init() {
            guard let method = unsafe BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "exchange") else {
                unsafe pointer = nil
                return
            }
            unsafe BIO_meth_set_create(method) { bio in
                unsafe BIO_set_init(bio, 1)
                return 1
            }
            unsafe BIO_meth_set_write_ex(method) { unsafe ExchangeBIO.write($0, $1, $2, $3) }
            unsafe BIO_meth_set_read_ex(method) { unsafe ExchangeBIO.read($0, $1, $2, $3) }
            unsafe BIO_meth_set_ctrl(method) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
            unsafe pointer = method
        }
    }

    private static let method = Method()

    /// The caller owns it.
    static func make(_ exchange: Exchange) -> OpaquePointer? {
        guard let method = unsafe method.pointer, let bio = unsafe BIO_new(method) else { return nil }
        unsafe BIO_set_data(bio, Unmanaged.passUnretained(exchange).toOpaque())
        return unsafe bio
    }

    private static func exchange(of bio: OpaquePointer?) -> Exchange? {
        unsafe BIO_get_data(bio).map { unsafe Unmanaged<Exchange>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func write(
        _ bio: OpaquePointer?, _ bytes: UnsafePointer<CChar>?, _ count: Int, _ written: UnsafeMutablePointer<Int>?
    ) -> Int32 {
        guard let exchange = unsafe exchange(of: bio), let bytes = unsafe bytes else { return 0 }
        unsafe BIO_clear_flags(bio, anyRetry)
        unsafe exchange.append(UnsafeRawBufferPointer(start: bytes, count: count))
        unsafe written?.pointee = count
        return 1
    }

    private static func read(
        _ bio: OpaquePointer?, _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int,
        _ taken: UnsafeMutablePointer<Int>?
    ) -> Int32 {
        guard let exchange = unsafe exchange(of: bio), let bytes = unsafe bytes else { return 0 }
        unsafe BIO_clear_flags(bio, anyRetry)
        let read = unsafe exchange.read(UnsafeMutableRawBufferPointer(start: bytes, count: count))
        unsafe taken?.pointee = read
        guard read == 0 else { return 1 }
        unsafe BIO_set_flags(bio, readRetry)
        return 0
    }
}
