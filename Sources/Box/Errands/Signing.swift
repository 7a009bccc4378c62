import Inspection
import Trust
import Wire

/// Signs the phones' files with the key that their trust list names. A value that threads may share.
struct Signing: Sendable {
    /// A file's name as the phone asked for it, its bytes, and the moment for its header.
    let sign: @Sendable (String, [UInt8], Timestamp) throws(TrustError) -> [UInt8]

    init(sign: @escaping @Sendable (String, [UInt8], Timestamp) throws(TrustError) -> [UInt8]) { self.sign = sign }

    init(_ signer: FileSigner) {
        sign = { name, body, time throws(TrustError) in
            try SignedFile.make(name: name, body: body, signer: signer, time: time)
        }
    }

    func outcome(name: String, body: [UInt8], time: Timestamp) -> Errand.Outcome {
        do throws(TrustError) {
            return .signed(try sign(name, body, time))
        } catch {
            return .failed(error.description)
        }
    }
}

/// Does the engine's errands at once, where nothing goes on beside it: a recording, whose time stands still meanwhile.
struct ImmediateErrands {
    /// `nil`: there is no key here.
    let signer: Signing?

    func outcome(of kind: Errand.Kind) -> Errand.Outcome {
        switch kind {
        case .sign(let name, let body, let time):
            signer?.outcome(name: name, body: body, time: time) ?? .failed("there is no key to sign with")
        // Asking today's DNS would give another answer than that day's.
        case .resolve: .failed("names are not looked up for a recording")
        }
    }
}
