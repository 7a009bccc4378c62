import ConfigLanguage
import Wire

/// What takes a private key or the network: signatures and host names. Each is waited for with a deadline.
extension Engine {
    /// Seconds for one signature.
    private static let signaturePatience = 10

    /// Takes the outcome of an errand. One that nobody waits for any more is counted, and nothing else.
    public mutating func complete(_ id: UInt64, with outcome: Errand.Outcome, at now: Timestamp) {
        guard let errand = phoneFiles.errands.removeValue(forKey: id) else {
            counters.phoneProxy.lateOutcomes &+= 1
            return
        }
        switch errand {
        case .signature(let file): takeSignature(file, outcome, at: now)
        case .lookup(let lookup): takeAddress(lookup, id, outcome, at: now)
        }
    }

    private mutating func send(_ kind: Errand.Kind, for errand: PhoneErrand) -> UInt64 {
        errandsMade += 1
        phoneFiles.errands[errandsMade] = errand
        errands.append(Errand(id: errandsMade, kind: kind))
        return errandsMade
    }

    // MARK: Configuration files

    /// Reads a phone's configuration, and rewrites it once all addresses in it are known; why the packet that brought its
    /// end is dropped, if it is.
    mutating func readConfiguration(_ file: SlabID, _ original: [UInt8], at now: Timestamp) -> DropReason? {
        guard let making = phoneFiles.files[file] else { return nil }
        let settings = rewriting[Int(making.key.interface.rawValue)]
        do throws(PhoneFileError) {
            let hosts = try PhoneFile.read(original).hostNames(unknownTo: settings)
            if hosts.isEmpty { return rewrite(file, at: now) }
            return resolve(file, hosts, at: now)
        } catch {
            return refuse(file, error, at: now)
        }
    }

    private mutating func rewrite(_ file: SlabID, at now: Timestamp) -> DropReason? {
        guard let making = phoneFiles.files[file] else { return nil }
        let settings = rewriting[Int(making.key.interface.rawValue)]
        do throws(PhoneFileError) {
            let rewritten = try PhoneFile.read(making.original)
                .rewritten(settings) { making.addresses[$0] }
            for change in rewritten.changes { events.append(.phoneProxy(.modified(change)), at: now) }
            sign(file, rewritten.bytes, at: now)
            return nil
        } catch {
            return refuse(file, error, at: now)
        }
    }

    /// A file that can not be made secure is not handed on at all.
    private mutating func refuse(_ file: SlabID, _ error: PhoneFileError, at now: Timestamp) -> DropReason {
        counters.phoneProxy.parsingErrors &+= 1
        events.append(.phoneProxy(.unreadable(error.debugMessage)), at: now)
        events.append(.phoneProxy(.parsingFailed), at: now)
        events.append(.phoneProxy(.modifyingFailed), at: now)
        refuse(file, code: TFTPErrorCode.notDefined.rawValue, "Error modifying config file: \(error)", at: now)
        return .phoneProxyFileNotModified
    }

    // MARK: Host names

    private mutating func resolve(_ file: SlabID, _ hosts: [String], at now: Timestamp) -> DropReason? {
        events.append(.phoneProxy(.callbackRequired), at: now)
        phoneFiles.files[file]?.stage = .resolving
        phoneFiles.files[file]?.unresolved = Set(hosts)
        phoneFiles.wakeFile(file, at: now.adding(seconds: lookupPatience))
        for host in hosts {
            if let id = phoneFiles.lookups[host], case .lookup(var lookup)? = phoneFiles.errands[id] {
                lookup.files.append(file)
                phoneFiles.errands[id] = .lookup(lookup)
            } else {
                guard phoneFiles.lookups.count < PhoneFileTable.lookupLimit else {
                    failLookup(file, errandsMade, host, at: now)
                    return .phoneProxyFileNotModified
                }
                let lookup = PhoneLookup(host: host, files: [file])
                phoneFiles.lookups[host] = send(.resolve(host: host), for: .lookup(lookup))
            }
        }
        return nil
    }

    /// As long as the resolver may take for all its tries, and a little more. Seconds.
    private var lookupPatience: Int {
        let dns = configuration.dns
        return min(60, max(1, dns.servers.count) * dns.timeout * (dns.retries + 1) + 2)
    }

    private mutating func takeAddress(
        _ lookup: PhoneLookup, _ id: UInt64, _ outcome: Errand.Outcome, at now: Timestamp
    ) {
        phoneFiles.lookups[lookup.host] = nil
        for file in lookup.files where phoneFiles.files[file]?.stage == .resolving {
            guard case .resolved(let address) = outcome else {
                failLookup(file, id, lookup.host, at: now)
                continue
            }
            phoneFiles.files[file]?.addresses[lookup.host] = address
            phoneFiles.files[file]?.unresolved.remove(lookup.host)
            if phoneFiles.files[file]?.unresolved.isEmpty == true { _ = rewrite(file, at: now) }
        }
    }

    private mutating func failLookup(_ file: SlabID, _ id: UInt64, _ host: String, at now: Timestamp) {
        counters.phoneProxy.lookupFailures &+= 1
        events.append(.phoneProxy(.noResponse(lookup: id)), at: now)
        events.append(.phoneProxy(.callbackFailed), at: now)
        refuse(
            file, code: TFTPErrorCode.notDefined.rawValue, "Error modifying config file: no address for host \(host)",
            at: now)
    }

    /// The resolver has not answered in time, which is the same to all who wait for that name.
    mutating func giveUpLookups(_ file: SlabID, at now: Timestamp) {
        guard let host = phoneFiles.files[file]?.unresolved.min() else { return }
        guard let id = phoneFiles.lookups[host], case .lookup(let lookup)? = phoneFiles.errands.removeValue(forKey: id)
        else { return failLookup(file, errandsMade, host, at: now) }
        takeAddress(lookup, id, .failed("no answer"), at: now)
    }

    // MARK: Signatures

    mutating func sign(_ file: SlabID, _ body: [UInt8], at now: Timestamp) {
        guard let making = phoneFiles.files[file] else { return }
        phoneFiles.keep(body, as: \.body, of: file)
        phoneFiles.files[file]?.stage = .signing
        if !making.addresses.isEmpty, let known = phoneFiles.cache.find(making.cacheKey, madeOf: body) {
            counters.phoneProxy.cacheHits &+= 1
            return deliver(file, known, at: now)
        }
        phoneFiles.wakeFile(file, at: now.adding(seconds: Self.signaturePatience))
        var hosts: Set<HostGroup> = []
        for session in making.waiting {
            guard let host = phoneFiles.sessions[session]?.host, hosts.insert(host).inserted else { continue }
            phoneFiles.signatures.add(file.word, of: host)
        }
        startSignatures(at: now)
    }

    mutating func startSignatures(at now: Timestamp) {
        while let (word, host) = phoneFiles.signatures.next() {
            let file = SlabID(word: word)
            guard isWaiting(word, for: .signing), let making = phoneFiles.files[file] else {
                phoneFiles.signatures.finish(host)
                continue
            }
            counters.phoneProxy.signatures &+= 1
            let name = String(decoding: making.name.bytes, as: UTF8.self)
            phoneFiles.files[file]?.turn = host
            let errand = send(.sign(name: name, body: making.body, time: now), for: .signature(file))
            phoneFiles.files[file]?.errand = errand
            phoneFiles.wakeFile(file, at: now.adding(seconds: Self.signaturePatience))
        }
    }

    private mutating func takeSignature(_ file: SlabID, _ outcome: Errand.Outcome, at now: Timestamp) {
        guard let making = phoneFiles.files[file] else {
            counters.phoneProxy.lateOutcomes &+= 1
            return
        }
        releaseSignatureTurn(file, at: now)
        switch outcome {
        case .signed(let signed) where Self.isPlausible(signed, making.body):
            let content = FileContent(signed)
            phoneFiles.cache.keep(content, making.cacheKey, madeOf: making.cacheOriginal)
            deliver(file, content, at: now)
        case .failed(let reason): failSignature(file, reason, at: now)
        case .signed, .resolved: failSignature(file, "not the file that was asked for", at: now)
        }
    }

    /// A signed file is a header and the file, and nothing else.
    private static func isPlausible(_ signed: [UInt8], _ body: [UInt8]) -> Bool {
        signed.count > body.count && signed.suffix(body.count).elementsEqual(body)
    }

    private mutating func failSignature(_ file: SlabID, _ reason: String, at now: Timestamp) {
        guard let making = phoneFiles.files[file] else { return }
        counters.phoneProxy.signingFailures &+= 1
        events.append(.phoneFileNotSigned(making.request), at: now)
        events.append(.phoneProxy(.signingFailed(making.request, reason)), at: now)
        refuse(file, code: TFTPErrorCode.notDefined.rawValue, "File can not be signed", at: now)
    }

    mutating func giveUpSignature(_ file: SlabID, at now: Timestamp) {
        if let errand = phoneFiles.files[file]?.errand { phoneFiles.errands[errand] = nil }
        failSignature(file, "no answer", at: now)
    }

    mutating func releaseSignatureTurn(_ file: SlabID, at now: Timestamp) {
        guard let turn = phoneFiles.files[file]?.turn else { return }
        phoneFiles.files[file]?.turn = nil
        phoneFiles.signatures.finish(turn)
        startSignatures(at: now)
    }
}
