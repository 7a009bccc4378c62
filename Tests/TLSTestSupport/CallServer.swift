import Dispatch
import Glibc
import Wire

/// A TCP server, on 127.0.0.1 unless told.
package final class CallServer: Sendable {
    package let endpoint: Endpoint
    private let listener: TestSocket

    package init(_ wanted: Endpoint = Endpoint(IPAddress(v4: 0x7f00_0001), 0), backlog: Int32 = 1_024) throws {
        listener = TestSocket(socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
        let descriptor = listener.descriptor
        let isOpen = unsafe TestSocket.with(wanted) {
            unsafe bind(descriptor, $0, $1) == 0 && listen(descriptor, backlog) == 0
        }
        guard isOpen else { throw TestFailure("listen: \(errno)") }
        endpoint = listener.local
    }

    /// From now on connections are refused.
    package func stopListening() { shutdown(listener.descriptor, Int32(SHUT_RDWR)) }

    package func accept() throws -> TestSocket {
        let descriptor = Glibc.accept(listener.descriptor, nil, nil)
        guard descriptor >= 0 else { throw TestFailure("accept: \(errno)") }
        return TestSocket(descriptor)
    }

    /// Sends back what comes on each of `count` connections, and FIN after FIN. One thread does it: there are not enough
    /// for one each.
    package func echo(connections count: Int) {
        DispatchQueue(label: "call server").async {
            var sockets: [TestSocket] = []
            var left = count
            while left > 0 || !sockets.isEmpty {
                var waits = sockets.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
                if left > 0 { waits.append(pollfd(fd: self.listener.descriptor, events: Int16(POLLIN), revents: 0)) }
                guard unsafe poll(&waits, nfds_t(waits.count), 20_000) > 0 else { return }
                if left > 0, waits.removeLast().revents != 0, let socket = try? self.accept() {
                    left -= 1
                    sockets.append(socket)
                }
                for index in waits.indices.reversed() where waits[index].revents != 0 {
                    if let bytes = sockets[index].read(), !bytes.isEmpty, (try? sockets[index].write(bytes)) != nil {
                        continue
                    }
                    sockets.remove(at: index)
                }
            }
        }
    }
}
