/// Writes fields in one byte order: the files of these tests are made by hand, not by the product's writer.
struct FieldWriter {
    enum Order: CaseIterable, Sendable {
        case big, little
    }

    let order: Order
    var bytes: [UInt8] = []

    init(_ order: Order) { self.order = order }

    mutating func field<Value: FixedWidthInteger>(_ value: Value) {
        let count = Value.bitWidth / 8
        for index in 0..<count {
            let shift = 8 * (order == .big ? count - 1 - index : index)
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    mutating func padded(_ data: [UInt8]) {
        bytes += data
        while !bytes.count.isMultiple(of: 4) { bytes.append(0) }
    }
}

/// A classic pcap file.
struct PcapFile {
    static let microseconds: UInt32 = 0xa1b2_c3d4
    static let nanoseconds: UInt32 = 0xa1b2_3c4d
    static let kuznetzov: UInt32 = 0xa1b2_cd34

    private let magic: UInt32
    private var writer: FieldWriter

    init(
        magic: UInt32 = microseconds, order: FieldWriter.Order = .little, major: UInt16 = 2, minor: UInt16 = 4,
        snapLength: UInt32 = 262_144, linkType: UInt32 = 1
    ) {
        self.magic = magic
        writer = FieldWriter(order)
        writer.field(magic)
        writer.field(major)
        writer.field(minor)
        writer.field(UInt64(0))
        writer.field(snapLength)
        writer.field(linkType)
    }

    mutating func packet(
        _ seconds: UInt32, _ fraction: UInt32, _ frame: [UInt8], captured: UInt32? = nil, wire: UInt32? = nil
    ) {
        writer.field(seconds)
        writer.field(fraction)
        writer.field(captured ?? UInt32(frame.count))
        writer.field(wire ?? UInt32(frame.count))
        if magic == Self.kuznetzov {
            writer.field(UInt32(3))
            writer.field(UInt16(0x0800))
            writer.bytes += [4, 0]
        }
        writer.bytes += frame
    }

    var bytes: [UInt8] { writer.bytes }
}

/// A pcapng file, block by block.
struct PcapngFile {
    typealias Option = (code: UInt16, value: [UInt8])

    private(set) var bytes: [UInt8] = []
    private(set) var order: FieldWriter.Order

    /// Starts with one section.
    init(_ order: FieldWriter.Order = .little) {
        self.order = order
        section(order)
    }

    mutating func block(_ type: UInt32, _ body: [UInt8], length: UInt32? = nil, trailing: UInt32? = nil) {
        var writer = FieldWriter(order)
        writer.field(type)
        writer.field(length ?? UInt32(body.count + 12))
        writer.bytes += body
        writer.field(trailing ?? length ?? UInt32(body.count + 12))
        bytes += writer.bytes
    }

    mutating func section(_ order: FieldWriter.Order, magic: UInt32 = 0x1a2b_3c4d, major: UInt16 = 1) {
        self.order = order
        var writer = FieldWriter(order)
        writer.field(magic)
        writer.field(major)
        writer.field(UInt16(0))
        writer.field(UInt64.max)
        block(0x0a0d_0d0a, writer.bytes)
    }

    mutating func interface(linkType: UInt16 = 1, snapLength: UInt32 = 0, options: [Option] = []) {
        var writer = FieldWriter(order)
        writer.field(linkType)
        writer.field(UInt16(0))
        writer.field(snapLength)
        for option in options {
            writer.field(option.code)
            writer.field(UInt16(option.value.count))
            writer.padded(option.value)
        }
        if !options.isEmpty { writer.field(UInt32(0)) }
        block(1, writer.bytes)
    }

    /// An enhanced packet block, or with `type` 2 the obsolete one, whose interface field is half as wide.
    mutating func packet(
        _ frame: [UInt8], interface: UInt32 = 0, ticks: UInt64 = 0, captured: UInt32? = nil, wire: UInt32? = nil,
        type: UInt32 = 6
    ) {
        var writer = FieldWriter(order)
        if type == 2 {
            writer.field(UInt16(truncatingIfNeeded: interface))
            writer.field(UInt16(0xffff))
        } else {
            writer.field(interface)
        }
        writer.field(UInt32(truncatingIfNeeded: ticks >> 32))
        writer.field(UInt32(truncatingIfNeeded: ticks))
        writer.field(captured ?? UInt32(frame.count))
        writer.field(wire ?? UInt32(frame.count))
        writer.padded(frame)
        block(type, writer.bytes)
    }

    mutating func simplePacket(_ frame: [UInt8], wire: UInt32? = nil) {
        var writer = FieldWriter(order)
        writer.field(wire ?? UInt32(frame.count))
        writer.padded(frame)
        block(3, writer.bytes)
    }
}
