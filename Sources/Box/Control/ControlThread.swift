import Synchronization
import SystemCalls

/// The thread beside the packet thread: serves the control socket and takes the signals that end the box.
final class ControlThread: @unchecked Sendable {
    // Sendable by use: `start()` hands everything but the flag to the one thread it starts.
    private let listener: ControlListener
    private let signals: StopSignals
    private let interpreter: CommandInterpreter
    private let mailbox: Mailbox
    private let isStopping = Atomic<Bool>(false)

    /// How long a stop may take to be noticed. Milliseconds.
    private static let grain: Int32 = 200

    init(_ listener: ControlListener, signals: StopSignals, interpreter: CommandInterpreter, mailbox: Mailbox) {
        self.listener = listener
        self.signals = signals
        self.interpreter = interpreter
        self.mailbox = mailbox
    }

    func start() throws(SystemError) -> WorkerThread {
        try WorkerThread {
            while !self.isStopping.load(ordering: .relaxed) {
                self.listener.serve(milliseconds: Self.grain) { self.interpreter.run($0) }
                if self.signals.arrived() { self.mailbox.tell(.stop) }
            }
        }
    }

    func stop() { isStopping.store(true, ordering: .relaxed) }
}
