import CLinux
import Glibc
import Wire

/// A UDP socket on an address of its own, for signalling or media. Many share one buffer.
final class BoundSocket {
    let descriptor: Int32
    let local: Endpoint
    private var isClosed = false

    /// - Parameter local: port 0 takes a free one.
    init(_ local: Endpoint) throws(LabError) {
        descriptor = try SocketAddress.open(SOCK_DGRAM)
        guard SocketAddress.bind(descriptor, to: local) else {
            let error = LabError.last("bind \(local)")
            Glibc.close(descriptor)
            throw error
        }
        self.local = try SocketAddress.local(of: descriptor)
        SocketAddress.setOption(descriptor, SOL_SOCKET, SO_RCVBUF, 1 << 18)
    }

    deinit { close() }

    /// Gives the port back. From now on nothing comes and goes.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        Glibc.close(descriptor)
    }

    /// What the system does not take is lost, as on a link.
    func send(_ bytes: ArraySlice<UInt8>, to peer: Endpoint) {
        guard !isClosed else { return }
        unsafe SocketAddress.with(peer) { address, length in
            unsafe bytes.withUnsafeBytes {
                _ = unsafe sendto(descriptor, $0.baseAddress, $0.count, 0, address, length)
            }
        }
    }

    /// The next datagram's length and sender; its bytes are in `buffer`. `nil`: none now.
    func receive(into buffer: inout [UInt8]) -> (count: Int, peer: Endpoint)? {
        guard !isClosed else { return nil }
        let capacity = buffer.count
        let found = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe SocketAddress.filled {
                unsafe recvfrom(descriptor, bytes.baseAddress, capacity, 0, $0, $1)
            }
        }
        return found.map { ($0.result, $0.endpoint) }
    }
}
