/// A connection that bytes come and go by: TCP, with TLS or without. Nothing in it blocks.
protocol ByteStream: AnyObject {
    var descriptor: Int32 { get }

    /// Whether there is something to do as soon as the socket can be written.
    var wantsToWrite: Bool { get }

    /// Sends now or as soon as it can.
    func send(_ bytes: [UInt8])

    /// Does what can be done, and returns what has come; empty when nothing has.
    func serve() throws(StreamEnd) -> [UInt8]

    /// Ends it in the orderly way.
    func end()
}

/// Why a connection is over.
enum StreamEnd: Error, CustomStringConvertible {
    case closed
    case failed(String)

    var description: String {
        switch self {
        case .closed: "closed by the other side"
        case .failed(let reason): reason
        }
    }
}
