import Wire

/// Files in the making: fetched from the server in a phone's name, rewritten where they are a phone's configuration, and
/// signed.
extension Engine {
    /// Seconds after which a file that waits for a turn is looked at; nothing follows from it while somebody waits.
    private static let turnPatience = 30

    /// Puts a session in line for its file; the first one has the file made.
    mutating func makeFile(for id: SlabID, at now: Timestamp) {
        guard let session = phoneFiles.sessions[id] else { return }
        let key = FileKey(
            name: session.name.bytes, server: session.request.realServer, interface: session.request.clientInterface)
        if let known = phoneFiles.cache.findRecent(key, at: now) {
            counters.phoneProxy.cacheHits &+= 1
            return serve(known, to: id, at: now)
        }
        if let file = phoneFiles.byKey[key] { return join(id, session, file, at: now) }
        let making = PhoneFileMaking(
            key: key, name: session.name, request: session.request, waiting: [id],
            deadline: now.adding(seconds: Self.turnPatience))
        guard let file = phoneFiles.addFile(making) else { return }
        phoneFiles.sessions[id]?.file = file
        phoneFiles.fetches.add(file.word, of: session.host)
        startFetches(at: now)
    }

    private mutating func join(_ id: SlabID, _ session: PhoneFileSession, _ file: SlabID, at now: Timestamp) {
        phoneFiles.sessions[id]?.file = file
        phoneFiles.files[file]?.waiting.append(id)
        guard let making = phoneFiles.files[file], making.turn == nil, making.host != session.host else { return }
        // Its turn must not depend on who else was first to ask for the file.
        switch making.stage {
        case .queued:
            phoneFiles.fetches.add(file.word, of: session.host)
            startFetches(at: now)
        case .signing:
            phoneFiles.signatures.add(file.word, of: session.host)
            startSignatures(at: now)
        case .fetching, .resolving: break
        }
    }

    // MARK: Fetching

    func isWaiting(_ word: UInt64, for stage: PhoneFileMaking.Stage) -> Bool {
        guard let making = phoneFiles.files[SlabID(word: word)] else { return false }
        return making.stage == stage && making.turn == nil && making.errand == nil
    }

    mutating func startFetches(at now: Timestamp) {
        while phoneFiles.making < PhoneFileTable.makingLimit, let (word, host) = phoneFiles.fetches.next() {
            guard isWaiting(word, for: .queued) else {
                phoneFiles.fetches.finish(host)
                continue
            }
            let file = SlabID(word: word)
            phoneFiles.files[file]?.turn = host
            phoneFiles.files[file]?.stage = .fetching
            fetch(file, at: now)
        }
    }

    /// Asks the server, as the first of those who wait.
    private mutating func fetch(_ file: SlabID, at now: Timestamp) {
        guard let making = phoneFiles.files[file], let owner = making.waiting.first,
            let session = phoneFiles.sessions[owner]
        else { return }
        phoneFiles.files[file]?.owner = owner
        phoneFiles.files[file]?.asked = now
        let fetching = FileFetching(
            making.name.unsigned, from: session.request.realServer.port, at: now, into: &phoneFiles.outbox)
        session.fetching = fetching
        sendToServer(session)
        if let deadline = fetching.deadline { phoneFiles.wakeFile(file, at: deadline) }
    }

    /// Takes a message of the server's to a phone whose file the box fetches; why it is dropped, if it is.
    mutating func takeAnswer(
        _ id: SlabID, _ message: TFTPMessage, _ packet: Span<UInt8>, from port: UInt16, at now: Timestamp
    ) -> DropReason? {
        guard let session = phoneFiles.sessions[id], session.fetching != nil else { return .inspectionFailed }
        session.fetching?.receive(message, packet, from: port, at: now, into: &phoneFiles.outbox)
        sendToServer(session)
        guard let file = session.file, isFetching(file, id) else { return nil }
        return followFetch(file, session, at: now)
    }

    private func isFetching(_ file: SlabID, _ owner: SlabID) -> Bool {
        phoneFiles.files[file]?.stage == .fetching && phoneFiles.files[file]?.owner == owner
    }

    /// The server can not be reached: the network says so.
    mutating func failFetch(_ id: SlabID, at now: Timestamp) {
        guard let file = phoneFiles.sessions[id]?.file, isFetching(file, id) else { return }
        phoneFiles.sessions[id]?.fetching = nil
        refuseSilentServer(file, at: now)
    }

    /// Sees how far the fetch has come; why the packet that ended it is dropped, if it is.
    private mutating func followFetch(
        _ file: SlabID, _ owner: PhoneFileSession, at now: Timestamp
    ) -> DropReason? {
        if let deadline = owner.fetching?.nextRepeat {
            phoneFiles.wakeFile(file, at: deadline)
            return nil
        }
        guard let status = owner.fetching?.status else { return nil }
        switch status {
        case .running: return nil
        case .complete:
            counters.phoneProxy.filesFetched &+= 1
            releaseFetchTurn(file, at: now)
            return prepare(file, owner.fetching?.takeBytes() ?? [], at: now)
        case .failed(let failure):
            fail(file, failure, at: now)
            return nil
        }
    }

    private mutating func fail(_ file: SlabID, _ failure: FileFetching.Failure, at now: Timestamp) {
        guard let making = phoneFiles.files[file] else { return }
        switch failure {
        case .server(let code, let text):
            counters.phoneProxy.serverErrors &+= 1
            if making.name.isConfiguration { events.append(.phoneFileNotFound(making.request), at: now) }
            refuse(file, code: code, text, at: now)
        case .serverSilent, .tooSlow: refuseSilentServer(file, at: now)
        case .tooLarge: refuseBadAnswer(file, "File is too large", at: now)
        case .badOptions, .badBlock: refuseBadAnswer(file, "TFTP server does not keep to the protocol", at: now)
        }
    }

    private mutating func refuseBadAnswer(_ file: SlabID, _ text: String, at now: Timestamp) {
        counters.phoneProxy.serverErrors &+= 1
        refuse(file, code: TFTPErrorCode.notDefined.rawValue, text, at: now)
    }

    private mutating func refuseSilentServer(_ file: SlabID, at now: Timestamp) {
        guard let making = phoneFiles.files[file] else { return }
        counters.phoneProxy.serverSilent &+= 1
        events.append(.phoneProxy(.serverSilent(making.request)), at: now)
        if making.name.isConfiguration { events.append(.phoneFileNotFound(making.request), at: now) }
        refuse(file, code: TFTPErrorCode.notDefined.rawValue, "TFTP server does not respond", at: now)
    }

    /// Sends what waits to be sent to the server, from the phone's address and port as the server sees them.
    private mutating func sendToServer(_ session: PhoneFileSession) {
        if phoneFiles.outbox.isEmpty { return }
        injectOutbox(
            ReleaseQueue.Course(
                source: session.mappedClient, receiver: session.request.realServer.address,
                ingress: session.request.clientInterface, egress: session.request.serverInterface))
    }

    // MARK: What becomes of it

    private mutating func prepare(_ file: SlabID, _ original: [UInt8], at now: Timestamp) -> DropReason? {
        guard let making = phoneFiles.files[file] else { return nil }
        if let known = phoneFiles.cache.find(making.key, madeOf: original, asOf: making.asked) {
            counters.phoneProxy.cacheHits &+= 1
            deliver(file, known, at: now)
            return nil
        }
        phoneFiles.keep(original, as: \.original, of: file)
        if making.name.isConfiguration { return readConfiguration(file, original, at: now) }
        sign(file, original, at: now)
        return nil
    }

    /// Hands the finished file to all who wait for it.
    mutating func deliver(_ file: SlabID, _ content: FileContent, at now: Timestamp) {
        guard let making = phoneFiles.files[file] else { return }
        phoneFiles.removeFile(file)
        for id in making.waiting {
            phoneFiles.sessions[id]?.file = nil
            serve(content, to: id, at: now)
        }
        startFetches(at: now)
    }

    /// Tells all who wait for the file that there is none for them, and why.
    mutating func refuse(_ file: SlabID, code: UInt16, _ text: String, at now: Timestamp) {
        releaseTurn(file, at: now)
        guard let making = phoneFiles.files[file] else { return }
        phoneFiles.removeFile(file)
        for id in making.waiting {
            phoneFiles.sessions[id]?.file = nil
            refuseSession(id, code: code, text, at: now)
        }
        startFetches(at: now)
    }

    // MARK: Who waits

    /// A session does not wait for its file any more.
    mutating func leaveFile(_ id: SlabID, at now: Timestamp) {
        guard let file = phoneFiles.sessions[id]?.file else { return }
        phoneFiles.sessions[id]?.file = nil
        phoneFiles.files[file]?.waiting.removeAll { $0 == id }
        guard let making = phoneFiles.files[file] else { return }
        if isFetching(file, id) { abandonFetch(id) }
        // A signature that is being made is worth waiting for: the phone comes back.
        if making.waiting.isEmpty, making.errand == nil {
            releaseTurn(file, at: now)
            phoneFiles.removeFile(file)
        } else if isFetching(file, id) {
            // Another's address and port go on with it, from the start.
            fetch(file, at: now)
        }
    }

    /// Lets the server know that its answer is not waited for.
    private mutating func abandonFetch(_ id: SlabID) {
        guard let session = phoneFiles.sessions[id], let port = session.fetching?.transferPort else { return }
        session.fetching = nil
        phoneFiles.outbox.add(to: port) { TFTPWriter.error(.notDefined, "Transfer ended", onto: &$0) }
        sendToServer(session)
    }

    private mutating func releaseFetchTurn(_ file: SlabID, at now: Timestamp) {
        guard let turn = phoneFiles.files[file]?.turn else { return }
        phoneFiles.files[file]?.turn = nil
        phoneFiles.fetches.finish(turn)
        startFetches(at: now)
    }

    /// Gives the turn back that a file has, if it has one.
    mutating func releaseTurn(_ file: SlabID, at now: Timestamp) {
        guard let making = phoneFiles.files[file], making.turn != nil else { return }
        switch making.stage {
        case .queued, .resolving: break
        case .fetching: releaseFetchTurn(file, at: now)
        case .signing: releaseSignatureTurn(file, at: now)
        }
    }

    /// A file's moment has come.
    mutating func wakeFile(_ file: SlabID, at now: Timestamp) {
        guard let making = phoneFiles.files[file] else { return }
        switch making.stage {
        case .fetching:
            guard let owner = making.owner.flatMap({ phoneFiles.sessions[$0] }) else { return }
            owner.fetching?.expire(at: now, into: &phoneFiles.outbox)
            sendToServer(owner)
            _ = followFetch(file, owner, at: now)
        case .resolving: giveUpLookups(file, at: now)
        case .signing where making.errand != nil: giveUpSignature(file, at: now)
        case .queued, .signing: phoneFiles.wakeFile(file, at: now.adding(seconds: Self.turnPatience))
        }
    }
}
