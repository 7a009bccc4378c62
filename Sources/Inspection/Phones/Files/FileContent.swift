/// A whole file, never changed and shared by all who are served it.
struct FileContent: Equatable, Sendable {
    let bytes: [UInt8]
    var size: Int { bytes.count }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// How many bytes it is on the wire.
    func transferSize(_ mode: TransferTerms.Mode) -> Int {
        switch mode {
        case .octet: size
        case .netascii:
            bytes.reduce(size) { $1 == BlockReader.lineFeed || $1 == BlockReader.carriageReturn ? $0 + 1 : $0 }
        }
    }
}

/// Goes through a file as it is sent, block by block. A copy is a place to come back to.
struct BlockReader {
    static let lineFeed: UInt8 = 0x0a
    static let carriageReturn: UInt8 = 0x0d

    private let content: FileContent
    private let mode: TransferTerms.Mode
    /// How far the file has been taken up.
    private var offset = 0
    /// The second byte of a pair of netascii whose first was the last of a block.
    private var carried: UInt8?

    init(_ content: FileContent, _ mode: TransferTerms.Mode) {
        self.content = content
        self.mode = mode
    }

    /// Fills `room` with the next bytes; how many there were: fewer at the end of the file only.
    mutating func read(into room: inout MutableSpan<UInt8>) -> Int {
        switch mode {
        case .octet:
            let end = min(offset + room.count, content.size)
            room.copy(content.bytes.span.extracting(offset..<end))
            defer { offset = end }
            return end - offset
        case .netascii:
            for place in 0..<room.count {
                guard let byte = nextNetascii() else { return place }
                room[place] = byte
            }
            return room.count
        }
    }

    mutating func skip(_ size: Int) {
        switch mode {
        case .octet: offset = min(offset + size, content.size)
        case .netascii: for _ in 0..<size where nextNetascii() == nil { return }
        }
    }

    /// RFC 1350 section 1: a line ends with CR LF, and a CR of its own is followed by NUL (RFC 764).
    private mutating func nextNetascii() -> UInt8? {
        if let second = carried {
            carried = nil
            return second
        }
        guard offset < content.size else { return nil }
        let byte = content.bytes[offset]
        offset += 1
        switch byte {
        case Self.lineFeed:
            carried = Self.lineFeed
            return Self.carriageReturn
        case Self.carriageReturn:
            carried = 0
            return Self.carriageReturn
        default:
            return byte
        }
    }
}
