import Wire

/// A connection that an event loop serves.
final class StreamLink {
    let local: Endpoint
    let peer: Endpoint
    private(set) var isOpen = true
    private let loop: EventLoop
    private let stream: any ByteStream
    private var watch: UInt64 = 0
    private var isWriting = false
    private let take: ([UInt8]) throws(StreamEnd) -> Void
    private let ended: (StreamEnd) -> Void

    /// - Parameters:
    ///   - take: gets the bytes as they come, empty ones too; what it throws ends the connection.
    ///   - ended: hears why the other side is gone.
    init(
        _ loop: EventLoop, _ stream: any ByteStream, peer: Endpoint,
        take: @escaping ([UInt8]) throws(StreamEnd) -> Void, ended: @escaping (StreamEnd) -> Void
    ) throws(LabError) {
        self.loop = loop
        self.stream = stream
        self.peer = peer
        self.take = take
        self.ended = ended
        local = try SocketAddress.local(of: stream.descriptor)
        isWriting = stream.wantsToWrite
        watch = try loop.watch(stream.descriptor, writing: isWriting) { [unowned self] in serve() }
    }

    deinit { loop.forget(watch) }

    func send(_ bytes: [UInt8]) {
        guard isOpen else { return }
        stream.send(bytes)
        askForWriting()
    }

    private func serve() {
        do throws(StreamEnd) {
            let bytes = try stream.serve()
            askForWriting()
            try take(bytes)
        } catch {
            guard isOpen else { return }
            close()
            ended(error)
        }
    }

    private func askForWriting() {
        guard isOpen, stream.wantsToWrite != isWriting else { return }
        isWriting.toggle()
        loop.change(watch, stream.descriptor, writing: isWriting)
    }

    /// Ends it; nothing is heard of it any more.
    func close() {
        guard isOpen else { return }
        isOpen = false
        loop.forget(watch)
        stream.end()
    }
}
