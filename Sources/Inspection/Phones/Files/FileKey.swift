import Wire

/// What a finished file depends on beside the server's bytes.
struct FileKey: Hashable, Sendable {
    /// As the server is asked for it, without `.sgn`.
    var name: [UInt8]
    var server: Endpoint
    /// Where the phone is: it decides which addresses the file is made to name.
    var interface: InterfaceIndex
    /// Whatever else the rewriting depended on.
    var variant: UInt64 = 0
}
