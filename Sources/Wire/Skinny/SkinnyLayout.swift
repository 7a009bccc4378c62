/// Where the fields of a message stand: one row for each, in the order of the wire. Reading and changing both go by it.
///
/// A row's place follows from the rows before it, and its width from the protocol's version: addresses grew with version
/// 17, when IPv6 came. Beyond that, messages only ever grew at their end, so that a field is there if the body reaches as
/// far.
struct SkinnyLayout {
    enum Kind {
        case uint8, uint16, uint32
        /// In network byte order, whatever the version.
        case ipv4
        /// IPv4 in network byte order; from version 17 on a word that says which family, and 16 bytes for either.
        case address
        case ipv6
        /// So many bytes, up to the first NUL; what is behind that means nothing.
        case text(Int)
        /// As text: 24 bytes, from version 18 on 28.
        case directoryNumber
        case bytes(Int)

        func width(_ version: UInt8) -> Int {
            switch self {
            case .uint8: 1
            case .uint16: 2
            case .uint32, .ipv4: 4
            case .address: version >= SkinnyLayout.firstWide ? 20 : 4
            case .ipv6: 16
            case .text(let count), .bytes(let count): count
            case .directoryNumber: version >= 18 ? 28 : 24
            }
        }
    }

    struct Row {
        /// `nil`: filling, or what nobody asks for.
        let field: SkinnyField?
        let kind: Kind
        /// One after the other.
        let count: Int
        /// The first version that has it, where versions before it have something else behind.
        let since: UInt8

        init(_ field: SkinnyField?, _ kind: Kind = .uint32, count: Int = 1, since: UInt8 = 0) {
            self.field = field
            self.kind = kind
            self.count = count
            self.since = since
        }

        static func skip(_ count: Int, since: UInt8 = 0) -> Row { Row(nil, .bytes(count), since: since) }
    }

    /// The first version with IPv6 addresses in its messages.
    static let firstWide: UInt8 = 17

    let rows: [Row]

    init(_ rows: [Row]) { self.rows = rows }

    /// Where a field stands in the body, in bytes; `nil`: this version has no such field.
    func place(of field: SkinnyField, _ index: Int, in version: UInt8) -> (kind: Kind, range: Range<Int>)? {
        var offset = 0
        for row in rows where version >= row.since {
            let width = row.kind.width(version)
            if row.field == field {
                guard index >= 0, index < row.count else { return nil }
                let start = offset + index * width
                return (row.kind, start..<start + width)
            }
            offset += row.count * width
        }
        return nil
    }

    /// Bytes of a whole body.
    func size(in version: UInt8) -> Int {
        rows.reduce(0) { version >= $1.since ? $0 + $1.count * $1.kind.width(version) : $0 }
    }
}
