import Glibc
import SystemCalls
import Wire

/// Whose a connection is: hears of what happens to it, from its thread.
protocol ConnectionOwner: AnyObject {
    /// TCP is connected. Not said of a connection that came.
    func connectionIsMade()
    /// `bytes` last as long as the call.
    func received(_ bytes: Span<UInt8>)
    /// FIN: nothing more is received.
    func inputEnded()
    /// What waited to be sent has become less.
    func unsentBecameLess()
    /// All has been sent, after ``Connection/finish()``.
    func outputIsSent()
    /// The connection is closed. The last that is said.
    /// - Parameter error: the system's, when it was not us who closed it.
    func connectionIsGone(_ error: Int32?)
}

/// One TCP connection in a ``SocketLoop``: what comes is told to its owner, what is sent waits until the system takes it, and
/// both directions end by themselves.
///
/// The kernel is asked once for all changes of a socket, not before each wait for what is wanted just then: so it is
/// remembered here whether there may be more to read, and whether more can be written.
final class Connection: LoopMember {
    /// Pieces that are read before others have their turn.
    private static let readsPerTurn = 4

    private let loop: SocketLoop
    /// Until it is closed.
    private var socket: TCPSocket?
    /// Until it is told that the connection is gone.
    private var owner: (any ConnectionOwner)?
    private var unsent = UnsentBytes()
    private var error: Int32?

    private var isConnecting: Bool
    private var mayRead = false
    private var mayWrite: Bool
    /// The kernel tells when it takes more.
    private var isAskedForRoom: Bool
    /// There is an end, or an error, behind what is there to read.
    private var hasEnd = false
    private var hasReset = false
    private var hasInputEnded = false
    private var isFinishing = false
    private var hasToldSent = false
    private var isWaitingForTurn = false

    /// Whether the owner wants bytes. Else they stay where they are, and the peer has to wait.
    var isReading = true {
        didSet { if isReading, !oldValue, mayRead { waitForTurn() } }
    }

    /// - Parameter isConnecting: it is not connected yet, and says so by being writable.
    init(_ socket: consuming TCPSocket, _ loop: SocketLoop, _ owner: any ConnectionOwner, isConnecting: Bool) {
        let number = socket.number
        self.socket = consume socket
        self.loop = loop
        self.owner = owner
        self.isConnecting = isConnecting
        mayWrite = !isConnecting
        isAskedForRoom = isConnecting
        do throws(SystemError) {
            try loop.add(self, number, events)
        } catch {
            fail(error.number)
        }
    }

    private var events: Poller.Events {
        isAskedForRoom ? [.reading, .ended, .changesOnly, .writing] : [.reading, .ended, .changesOnly]
    }

    /// This machine's end.
    var local: Endpoint? { socket?.local }

    // MARK: Turns

    func ready(_ events: Poller.Events) {
        if isConnecting {
            guard finishConnecting() else { return }
        }
        if !events.isDisjoint(with: [.ended, .failed]) { hasEnd = true }
        if events.contains(.failed) { hasReset = true }
        if !events.isDisjoint(with: [.reading, .ended, .failed]) {
            mayRead = true
            read()
        }
        // What came before an error is not lost to it.
        if events.contains(.failed), !reads { failIfBroken() }
        if events.contains(.writing) {
            mayWrite = true
            flush()
        }
    }

    /// When nothing has happened, but there is something left to do.
    func takeTurn() {
        isWaitingForTurn = false
        guard socket == nil else { return read() }
        let told = owner
        owner = nil
        told?.connectionIsGone(error)
    }

    private func waitForTurn() {
        guard !isWaitingForTurn else { return }
        isWaitingForTurn = true
        loop.giveTurn(self)
    }

    private func finishConnecting() -> Bool {
        let error = socket?.takeError() ?? 0
        guard error == 0 else {
            fail(error)
            return false
        }
        isConnecting = false
        mayWrite = true
        owner?.connectionIsMade()
        return true
    }

    // MARK: Input

    /// A reset is news even while nothing is to be read.
    private var reads: Bool { socket != nil && mayRead && !hasInputEnded && (isReading || hasReset) }

    private func read() {
        for _ in 0..<Self.readsPerTurn {
            guard reads else { return }
            readOnce()
        }
        if reads { waitForTurn() }
    }

    private func readOnce() {
        switch unsafe loop.buffer.fill({ unsafe socket?.read(into: $0) ?? .later }) {
        case .bytes(0):
            hasInputEnded = true
            owner?.inputEnded()
        case .bytes(let count):
            // Less than there is room for: no more is there, and what comes next is a change.
            mayRead = hasEnd || count == loop.buffer.length
            loop.buffer.with(count) { owner?.received($0) }
        case .later: mayRead = false
        case .failed(let number): fail(number)
        }
    }

    // MARK: Output

    /// Bytes that wait to be sent.
    var unsentCount: Int { unsent.count }

    /// In order. Nothing is sent any more after ``finish()``.
    func send(_ bytes: Span<UInt8>) {
        guard socket != nil, !isFinishing, !bytes.isEmpty else { return }
        guard mayWrite, unsent.count == 0 else { return unsent.append(bytes) }
        switch socket?.send(bytes) ?? .later {
        case .bytes(bytes.count): break
        case .bytes(let count):
            unsent.append(bytes.extracting(count..<bytes.count))
            waitForRoom()
        case .later:
            unsent.append(bytes)
            waitForRoom()
        case .failed(let number): fail(number)
        }
    }

    private func waitForRoom() {
        mayWrite = false
        guard !isAskedForRoom, let number = socket?.number else { return }
        isAskedForRoom = true
        do throws(SystemError) {
            try loop.change(number, events)
        } catch {
            fail(error.number)
        }
    }

    private func flush() {
        let before = unsent.count
        while socket != nil, mayWrite, unsent.count > 0 {
            let all = unsent.count
            switch unsent.send({ socket?.send($0) ?? .later }) {
            case .bytes(all): break
            case .bytes, .later: waitForRoom()
            case .failed(let number): fail(number)
            }
        }
        if socket != nil, unsent.count < before { owner?.unsentBecameLess() }
        tellWhenSent()
    }

    /// Nothing is sent after what waits now: the owner hears when that has been taken, at once when nothing waits.
    func finish() {
        guard !isFinishing else { return }
        isFinishing = true
        tellWhenSent()
    }

    private func tellWhenSent() {
        guard isFinishing, !hasToldSent, socket != nil, unsent.count == 0 else { return }
        hasToldSent = true
        owner?.outputIsSent()
    }

    /// FIN, once all has been sent. What the peer still sends is received.
    func endOutput() { socket?.finish() }

    // MARK: Closing

    /// With FIN, or a reset when something is left unread. What waits is not sent.
    func close() {
        guard let number = socket?.number else { return }
        loop.remove(number)
        socket = nil
        unsent = UnsentBytes()
        // The owner may be in the middle of something.
        waitForTurn()
    }

    /// Without FIN.
    func reset() {
        socket?.resetWhenClosed()
        close()
    }

    /// An end in this direction, or a pause, hides a reset from reading.
    private func failIfBroken() {
        let number = socket?.takeError() ?? 0
        if number != 0 { fail(number) }
    }

    private func fail(_ number: Int32) {
        // A reset after the peer's FIN has another name, and is none the less one.
        error = error ?? (number == EPIPE ? ECONNRESET : number)
        close()
    }
}
