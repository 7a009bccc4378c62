import SystemCalls
import Wire

/// One thread of a terminator, as the others see it.
struct StreamOffice: Sendable {
    let mailbox: StreamMailbox
    private let thread: WorkerThread

    /// Listens where `settings` say, and begins at once. A port that they leave open is set to the one that was found.
    init(
        _ index: Int, _ context: TLSContext?, _ settings: inout TerminatorSettings, _ admission: Admission,
        _ events: @escaping @Sendable (StreamEvent) -> Void
    ) throws(TLSProxyError) {
        let mailbox: StreamMailbox
        let table: StreamTable
        do throws(SystemError) {
            mailbox = try StreamMailbox()
            let loop = try SocketLoop(mailbox.waker, readBuffer: settings.limits.receiveBuffer)
            table = StreamTable(loop, index, context, settings, admission, events)
        } catch {
            throw TLSProxyError("connections cannot be waited for: \(error)")
        }
        settings.listen = try Self.listen(settings.listen, inClear: false, settings, table)
        settings.listenInClear = try Self.listen(settings.listenInClear, inClear: true, settings, table)
        let worker = StreamThread(table, mailbox, sweepsEvery: settings.deadlines.tick / Double(StreamRound.steps))
        do throws(SystemError) {
            thread = try WorkerThread { worker.run() }
        } catch {
            throw TLSProxyError("no thread for connections: \(error)")
        }
        self.mailbox = mailbox
    }

    /// - Returns: the same, with the ports that were found.
    private static func listen(
        _ endpoints: [Endpoint], inClear: Bool, _ settings: TerminatorSettings, _ table: StreamTable
    ) throws(TLSProxyError) -> [Endpoint] {
        try endpoints.map { (endpoint) throws(TLSProxyError) in
            do throws(SystemError) {
                let socket = try Listener.open(endpoint, settings)
                let port = socket.local?.port ?? endpoint.port
                try table.serve(socket, inClear: inClear)
                return Endpoint(endpoint.address, port)
            } catch {
                throw TLSProxyError("cannot listen on \(endpoint): \(error)")
            }
        }
    }

    func perform(_ orders: [StreamOrder]) {
        // Never at once: the thread may be in the middle of the event that this answers.
        mailbox.post { table in
            for order in orders { table.carryOut(order) }
        }
    }

    /// Ends the thread. Its last events have come when it returns.
    func stop() {
        mailbox.post { $0.stop() }
        thread.join()
    }
}
