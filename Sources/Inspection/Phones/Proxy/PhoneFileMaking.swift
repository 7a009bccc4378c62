import Wire

/// A signed file in the making, for one phone or for several that ask at the same time. An object, for the reason that
/// ``PhoneFileSession`` is one.
final class PhoneFileMaking {
    enum Stage {
        /// Waits for its turn to be fetched.
        case queued
        case fetching
        /// Host names in it are being looked up.
        case resolving
        /// Waits for its turn to be signed, or for the signature.
        case signing
    }

    let key: FileKey
    let name: PhoneFileName
    /// Of the first phone that asked.
    let request: PhoneFileRequest
    var stage = Stage.queued
    /// The sessions that wait, in the order in which they came.
    var waiting: [SlabID]
    /// The session in whose name the file is fetched.
    var owner: SlabID?
    /// When the server was asked for it last.
    var asked: Timestamp?
    /// Whose turn is used while the file is fetched or signed.
    var turn: HostGroup?
    /// The server's file.
    var original: [UInt8] = []
    /// What is to be signed.
    var body: [UInt8] = []
    /// Hosts whose addresses are not known yet, and those whose are.
    var unresolved: Set<String> = []
    var addresses: [String: IPAddress] = [:]
    /// The errand for its signature, once it is under way.
    var errand: UInt64?
    /// When the file is looked at next.
    var deadline: Timestamp

    init(key: FileKey, name: PhoneFileName, request: PhoneFileRequest, waiting: [SlabID], deadline: Timestamp) {
        self.key = key
        self.name = name
        self.request = request
        self.waiting = waiting
        self.deadline = deadline
    }

    var host: HostGroup { HostGroup(request.client.address) }

    /// Under what the finished file is kept, and what it is made of: the server's file; with host names in it, also what
    /// they stood for, which is in the rewritten one.
    var cacheKey: FileKey {
        var key = key
        key.variant = addresses.isEmpty ? 0 : 1
        return key
    }

    var cacheOriginal: [UInt8] { addresses.isEmpty ? original : body }
}

/// What an errand under way is for.
enum PhoneErrand {
    case signature(SlabID)
    case lookup(PhoneLookup)
}

/// A host name that is being looked up, and the files that wait for it.
struct PhoneLookup {
    var host: String
    var files: [SlabID]
}
