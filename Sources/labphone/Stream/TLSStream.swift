import COpenSSL
import Glibc
import Wire

/// TLS over TCP, as a phone's.
///
/// This file is one of the thin wrappers around C.
@safe
final class TLSStream: ByteStream {
    let descriptor: Int32
    private let connection: OpaquePointer
    private var pending: ArraySlice<UInt8> = []
    private var isConnecting = true
    private var isReady = false
    private var mustWrite = false

    init(to peer: Endpoint, from local: Endpoint, as device: String, _ context: TLSContext) throws(LabError) {
        let descriptor = try PlainStream.connecting(to: peer, from: local)
        do throws(LabError) {
            unsafe connection = try context.connection(as: device, over: descriptor)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit {
        unsafe SSL_free(connection)
        close(descriptor)
    }

    var wantsToWrite: Bool { isConnecting || mustWrite }

    func send(_ bytes: [UInt8]) {
        pending += bytes
        if isReady { try? flush() }
    }

    func serve() throws(StreamEnd) -> [UInt8] {
        if isConnecting {
            if let reason = try PlainStream.connectionFailure(descriptor) { throw .failed(reason) }
            isConnecting = false
        }
        mustWrite = false
        if !isReady {
            guard try proceeds(handshake()) else { return [] }
            isReady = true
        }
        try flush()
        return try receive()
    }

    private func handshake() -> Int32 {
        ERR_clear_error()
        return unsafe SSL_do_handshake(connection)
    }

    private func flush() throws(StreamEnd) {
        while !pending.isEmpty {
            ERR_clear_error()
            let count = unsafe pending.withUnsafeBytes { unsafe SSL_write(connection, $0.baseAddress, Int32($0.count)) }
            guard try proceeds(count) else { return }
            pending = pending.dropFirst(Int(count))
        }
    }

    private func receive() throws(StreamEnd) -> [UInt8] {
        var received: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 16_384)
        while true {
            ERR_clear_error()
            let count = unsafe bytes.withUnsafeMutableBytes {
                unsafe SSL_read(connection, $0.baseAddress, Int32($0.count))
            }
            do throws(StreamEnd) {
                guard try proceeds(count) else { return received }
            } catch {
                // What came before the end counts; the end shows again.
                if received.isEmpty { throw error }
                return received
            }
            received += bytes[..<Int(count)]
        }
    }

    /// Whether an operation went through; when it has to wait, for what.
    private func proceeds(_ result: Int32) throws(StreamEnd) -> Bool {
        if result > 0 { return true }
        switch unsafe SSL_get_error(connection, result) {
        case SSL_ERROR_WANT_READ: return false
        case SSL_ERROR_WANT_WRITE:
            mustWrite = true
            return false
        case SSL_ERROR_ZERO_RETURN: throw .closed
        case SSL_ERROR_SYSCALL: throw .failed(isReady ? "connection lost" : "connection lost in the handshake")
        default: throw .failed("TLS: \(TLSContext.reason())")
        }
    }

    func end() {
        if isReady { unsafe SSL_shutdown(connection) }
        SocketAddress.endWriting(descriptor)
    }
}
