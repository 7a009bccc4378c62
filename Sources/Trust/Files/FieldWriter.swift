/// Fields as bytes: one byte of tag, two of length, the value.
struct FieldWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ tag: UInt8, _ value: some Collection<UInt8>) throws(TrustError) {
        try appendHead(tag, value.count)
        bytes += value
    }

    /// A name and its terminator.
    mutating func append(_ tag: UInt8, _ name: Label) throws(TrustError) {
        try appendHead(tag, name.bytes.count + 1)
        bytes += name.bytes
        bytes.append(0)
    }

    mutating func appendHead(_ tag: UInt8, _ length: Int) throws(TrustError) {
        guard let length = UInt16(exactly: length) else {
            throw TrustError("\(length) bytes are too many for a field of a file that phones trust")
        }
        bytes += [tag, UInt8(length >> 8), UInt8(length & 0xff)]
    }
}

extension UInt16 {
    /// Most significant byte first.
    var fileBytes: [UInt8] { [UInt8(self >> 8), UInt8(self & 0xff)] }
}

extension UInt32 {
    var fileBytes: [UInt8] { UInt16(self >> 16).fileBytes + UInt16(self & 0xffff).fileBytes }
}
