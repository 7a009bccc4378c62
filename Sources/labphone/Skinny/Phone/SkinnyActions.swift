/// What phones do in the middle of a call, beside what ``CallSettings`` says.
struct SkinnyActions {
    /// A number goes to the server in one message, and not digit by digit.
    var dialsAtOnce = false
    /// The caller sends its peer there, once that has answered.
    var transferTo: String?
    /// It does so without a word to the number: the key is pressed twice before the number, as Asterisk's Skinny has it.
    var transfersBlindly = false
    /// The caller has this one join.
    var conferenceWith: String?
    /// Seconds of one stream after which one who was called hangs up; `nil`: never.
    var calledHangsUpAfter: Double?
}
