import Wire

/// How far one TFTP transfer has come: the part of it that every packet touches, and nothing that allocates.
struct TFTPProgress {
    let operation: TFTPRequest.Operation
    /// 512 until an option acknowledgment says otherwise (RFC 2348).
    var blockSize = 512
    /// The last block that came in order, as numbered on the wire.
    private(set) var wireBlock: UInt16 = 0
    private(set) var blocks: UInt64 = 0
    private(set) var bytes: UInt64 = 0
    var retransmissions: UInt32 = 0
    /// The client has answered the server, which settles which of the server's ports carries the transfer.
    var isTakenUp = false
    /// The short block that ends the transfer has passed.
    private(set) var hasLastBlock = false

    init(_ operation: TFTPRequest.Operation) { self.operation = operation }

    /// Whether DATA comes from the client (a write) or from the server (a read).
    var clientSendsData: Bool { operation == .write }

    @inline(__always)
    mutating func data(_ block: UInt16, length: Int) {
        guard isNext(block) else {
            // Behind: sent again. Ahead: something between was lost before it came here, and will be sent again too.
            if Int16(bitPattern: block &- wireBlock) <= 0 { retransmissions &+= 1 }
            return
        }
        guard !hasLastBlock else { return }
        wireBlock = block
        blocks += 1
        bytes += UInt64(length)
        hasLastBlock = length < blockSize
    }

    /// Whether the transfer is complete with this acknowledgment.
    mutating func acknowledged(_ block: UInt16) -> Bool {
        let ahead = Int(Int16(bitPattern: block &- wireBlock))
        if ahead > 0, !hasLastBlock {
            // The receiver has blocks that were not seen here: a recording with gaps. All but a last one are full.
            wireBlock = block
            blocks += UInt64(ahead)
            bytes += UInt64(ahead * blockSize)
        }
        return hasLastBlock && block == wireBlock
    }

    /// Block numbers roll over after 65535: to 0 with most servers, to 1 with some; RFC 1350 does not say.
    private func isNext(_ block: UInt16) -> Bool {
        block == wireBlock &+ 1 || wireBlock == .max && block == 1
    }
}
