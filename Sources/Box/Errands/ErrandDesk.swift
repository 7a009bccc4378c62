import ConfigLanguage
import Inspection
import Netfilter
import Resolver
import Synchronization

/// Does the engine's errands beside the packet thread: signatures on one thread, host names on another.
///
/// Every errand comes back, done or failed; at the end of the box, those under way do not.
final class ErrandDesk {
    typealias Done = @Sendable (UInt64, Errand.Outcome) -> Void

    private let signatures: SigningThread?
    private let names: NameThread?
    private let done: Done

    /// - Parameters:
    ///   - signer: `nil`: files can not be signed.
    ///   - done: called on one of the threads, or at once on the caller's for what can not be begun.
    init(signer: Signing?, dns: DNSSettings, done: @escaping Done) throws(InlineError) {
        self.done = done
        signatures = try signer.map { signer throws(InlineError) in try SigningThread(signer, done) }
        let looksUp = !dns.lookupInterfaces.isEmpty && !dns.servers.isEmpty
        names = looksUp ? try NameThread(dns, done) : nil
    }

    func give(_ errands: [Errand]) { for errand in errands { give(errand) } }

    private func give(_ errand: Errand) {
        switch errand.kind {
        case .sign(let name, let body, let time):
            guard let signatures else { return done(errand.id, .failed("there is no key to sign with")) }
            let isTaken = signatures.give(SigningThread.Work(id: errand.id, name: name, body: body, time: time))
            if !isTaken { done(errand.id, .failed("too many files wait for their signature")) }
        case .resolve(let host):
            guard let names else { return done(errand.id, .failed("dns domain-lookup is not configured")) }
            names.give(errand.id, host)
        }
    }

    /// Ends the threads.
    func stop() {
        signatures?.stop()
        names?.stop()
    }
}
