/// OpenSSL's names of what the box speaks, in order of preference: messages 725010 and 725009.
struct StreamCiphers: Sendable {
    /// What phones may choose from.
    var phones: [String] = []
    /// What is proposed to call servers; `nil`: they are spoken to in the clear.
    var servers: [String]?
}
