import Box

/// How a call went, as one phone saw it.
struct SIPCallReport {
    var callID: String
    var user: String
    var peer: String
    var isCaller: Bool
    /// `completed`, or why not: a status and its reason, `timeout`, or what was wrong.
    var outcome = "completed"
    /// Seconds from INVITE to 180, and to 200.
    var ringSeconds: Double?
    var setUpSeconds: Double?
    var suite: String?
    var counts = MediaStream.Counts()
    var reception = ReceptionCount()
    /// Every frame that came was the tone's next.
    var hasTone = false
    /// And none was missing, doubled or forged; what was to come back has come back.
    var isWhole = false

    var json: JSONValue {
        .object([
            ("call", .string(callID)), ("user", .string(user)), ("peer", .string(peer)),
            ("role", .string(isCaller ? "caller" : "called")), ("outcome", .string(outcome)),
            ("ringSeconds", ringSeconds.map { .decimal($0) } ?? .null),
            ("setUpSeconds", setUpSeconds.map { .decimal($0) } ?? .null),
            ("suite", suite.map { .string($0) } ?? .null),
            ("sent", .integer(Int64(counts.sent))), ("received", .integer(Int64(reception.received))),
            ("lost", .integer(Int64(reception.lost))), ("outOfOrder", .integer(Int64(reception.outOfOrder))),
            ("duplicates", .integer(Int64(reception.duplicates))),
            ("authenticationFailures", .integer(Int64(counts.authenticationFailures))),
            ("replayed", .integer(Int64(counts.replayed))), ("strays", .integer(Int64(counts.strays))),
            ("wrongFrames", .integer(Int64(counts.wrongFrames))), ("tone", .bool(hasTone)), ("whole", .bool(isWhole)),
        ])
    }
}
