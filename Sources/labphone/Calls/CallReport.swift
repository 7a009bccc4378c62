import Box

/// How a call went, as one phone saw it.
struct CallReport {
    var callID: String
    var user: String
    var peer: String
    var isCaller: Bool
    /// `completed`, or why not: a status and its reason, `timeout`, or what was wrong.
    var outcome = "completed"
    /// Seconds from the call's first message, INVITE or OffHook, to 180 or RingOut, and to 200 or Connected.
    var ringSeconds: Double?
    var setUpSeconds: Double?
    /// Until it is known where media goes: the answer with its SDP, or StartMediaTransmission.
    var mediaSeconds: Double?
    var suite: String?
    var counts = MediaStream.Counts()
    var reception = ReceptionTotals()
    /// The frequencies of the tones that came.
    var heard: Set<Int> = []
    /// Every frame that came was the tone's next.
    var hasTone = false
    /// Of the fleet's plan: the phone has not made the call on its own account.
    var isPlanned: Bool
    /// What a kind of phone tells beside.
    var details: [(String, JSONValue)] = []
    /// And none was missing, doubled or forged; what was to come back has come back.
    var isWhole = false

    private var hasEverythingReturned = true

    init(callID: String, user: String, peer: String, isCaller: Bool) {
        self.callID = callID
        self.user = user
        self.peer = peer
        self.isCaller = isCaller
        isPlanned = isCaller
    }

    /// Adds what one stream of the call came to; `isReturned`: what was to come back has come back.
    mutating func add(_ media: MediaStream, isReturned: Bool) {
        hasEverythingReturned = hasEverythingReturned && isReturned
        counts = counts + media.counts
        reception = reception + media.reception
        heard.formUnion(media.heard)
        hasTone = counts.wrongFrames == 0 && reception.received > 0
        isWhole =
            hasTone && hasEverythingReturned && reception.lost == 0 && reception.duplicates == 0
            && counts.authenticationFailures == 0 && counts.replayed == 0
    }

    var json: JSONValue {
        .object(
            [
                ("call", .string(callID)), ("user", .string(user)), ("peer", .string(peer)),
                ("role", .string(isCaller ? "caller" : "called")), ("outcome", .string(outcome)),
                ("ringSeconds", ringSeconds.map { .decimal($0) } ?? .null),
                ("setUpSeconds", setUpSeconds.map { .decimal($0) } ?? .null),
                ("mediaSeconds", mediaSeconds.map { .decimal($0) } ?? .null),
                ("suite", suite.map { .string($0) } ?? .null),
                ("sent", .integer(Int64(counts.sent))), ("received", .integer(Int64(reception.received))),
                ("lost", .integer(Int64(reception.lost))), ("outOfOrder", .integer(Int64(reception.outOfOrder))),
                ("duplicates", .integer(Int64(reception.duplicates))),
                ("authenticationFailures", .integer(Int64(counts.authenticationFailures))),
                ("replayed", .integer(Int64(counts.replayed))), ("strays", .integer(Int64(counts.strays))),
                ("wrongFrames", .integer(Int64(counts.wrongFrames))),
                ("heard", .array(heard.sorted().map { .integer(Int64($0)) })), ("tone", .bool(hasTone)),
                ("whole", .bool(isWhole)),
            ] + details)
    }
}
