import Wire

/// A download and the socket it runs over.
final class Transfer {
    let started: Timestamp
    let descriptor: Int32
    /// The earliest timer that is set for it.
    var scheduled: Timestamp?
    private(set) var download: TFTPDownload
    private let socket: any DatagramSocket

    /// - Parameter stream: which link this is, for ``LinkFaults``.
    init(
        _ file: String, _ server: Endpoint, _ settings: TFTPDownload.Settings, _ faults: LinkFaults.Settings,
        stream: UInt64, now: Timestamp
    ) throws(LabError) {
        started = now
        download = TFTPDownload(file, from: server, settings, now: now)
        let udp = try UDPSocket()
        descriptor = udp.descriptor
        socket = faults.isPerfect ? udp : FaultySocket(udp, LinkFaults(faults, stream: stream))
    }

    func begin(_ now: Timestamp) throws(LabError) { try socket.send(download.request, now: now) }

    func serve(_ now: Timestamp) throws(LabError) {
        while let datagram = try socket.receive(now: now) {
            if let answer = download.receive(datagram, now: now) { try socket.send(answer, now: now) }
        }
        if let again = download.tick(now) { try socket.send(again, now: now) }
    }

    /// When there is something to do though nothing arrives.
    var nextDue: Timestamp? {
        let own = download.result == nil ? download.deadline : nil
        guard let own, let link = socket.nextDue else { return own ?? socket.nextDue }
        return min(own, link)
    }
}
