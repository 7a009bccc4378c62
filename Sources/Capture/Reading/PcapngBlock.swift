/// The numbers of pcapng (draft-ietf-opsawg-pcapng sections 4 and 11), for the reader and the writer.
enum PcapngBlock {
    static let sectionHeader: UInt32 = 0x0a0d_0d0a
    static let interfaceDescription: UInt32 = 1
    static let obsoletePacket: UInt32 = 2
    static let simplePacket: UInt32 = 3
    static let interfaceStatistics: UInt32 = 5
    static let enhancedPacket: UInt32 = 6

    static let byteOrderMagic: UInt32 = 0x1a2b_3c4d

    /// Type and length at the front, length at the back.
    static let overhead = 12

    /// `count` rounded up to the 32-bit boundary that fields and options are padded to.
    @inline(__always)
    static func padded(_ count: Int) -> Int { (count + 3) & ~3 }
}

enum PcapngOption {
    static let end: UInt16 = 0
    static let comment: UInt16 = 1

    static let sectionUserApplication: UInt16 = 4

    static let interfaceName: UInt16 = 2
    static let interfaceDescription: UInt16 = 3
    static let interfaceResolution: UInt16 = 9
    static let interfaceOffset: UInt16 = 14

    static let packetFlags: UInt16 = 2

    static let statisticsReceived: UInt16 = 4
    static let statisticsDropped: UInt16 = 5
}
