import Testing

/// Where the fields of a well-formed list or signed file are, found by a walk of its own.
struct FieldMap {
    struct Field: Sendable, CustomTestStringConvertible {
        /// Such as `header 3.5` for the serial number in SIGNERID, or `record 2 7`.
        let name: String
        let tag: Int
        let value: Range<Int>

        var testDescription: String { name }
    }

    private(set) var fields: [Field] = []

    init(_ file: [UInt8], hasRecords: Bool) {
        let headerLength = Int(file[8]) << 8 | Int(file[9])
        add(file, 0..<headerLength, "header ", containers: [3, 7, 9])
        var offset = headerLength
        var number = 1
        while hasRecords, offset < file.count {
            let length = Int(file[offset + 3]) << 8 | Int(file[offset + 4])
            add(file, offset..<offset + length, "record \(number) ", containers: [])
            offset += length
            number += 1
        }
    }

    private mutating func add(_ file: [UInt8], _ range: Range<Int>, _ prefix: String, containers: Set<UInt8>) {
        var offset = range.lowerBound
        while offset < range.upperBound, file[offset] != 13 {
            let length = Int(file[offset + 1]) << 8 | Int(file[offset + 2])
            let value = offset + 3..<offset + 3 + length
            fields.append(Field(name: "\(prefix)\(file[offset])", tag: offset, value: value))
            if containers.contains(file[offset]) {
                add(file, value, "\(prefix)\(file[offset]).", containers: containers)
            }
            offset = value.upperBound
        }
    }
}
