import TestSupport
import Wire

/// One kind of packet between a phone and the server, to be had for any phone and any TFTP block without allocating.
struct PacketTemplate {
    let length: Int
    private let bytes: [UInt8]
    private let ip: IPHeader
    private let isFromPhone: Bool
    /// Where the TFTP block number stands.
    private let blockOffset: Int?

    /// - Parameters:
    ///   - payload: UDP's; a block number in it is 0.
    ///   - server: as the sender or the receiver is known where the packet comes in.
    init(_ payload: [UInt8], phone: Endpoint, server: Endpoint, isFromPhone: Bool, hasBlock: Bool) throws {
        let (from, to) = isFromPhone ? (phone, server) : (server, phone)
        let packet = PacketBuilder(from: from.address, to: to.address).udp(from: from.port, to: to.port, payload)
        ip = try IPHeader.decode(packet.span)
        bytes = packet
        length = packet.count
        self.isFromPhone = isFromPhone
        blockOffset = hasBlock ? ip.transportOffset + UDPHeader.length + 2 : nil
    }

    /// Writes the packet of `phone`, checksums included.
    func write(_ slot: inout MutableSpan<UInt8>, phone: Endpoint, block: UInt16) throws(WireError) {
        for index in 0..<length { slot[index] = bytes[index] }
        if isFromPhone {
            try PacketRewrite.source(&slot, ip, to: phone.address, port: phone.port)
        } else {
            try PacketRewrite.destination(&slot, ip, to: phone.address, port: phone.port)
        }
        guard let blockOffset else { return }
        let field = ip.transportOffset + UDPHeader.checksumOffset
        let checksum = slot.span.uint16(at: field)
        slot.store(block, at: blockOffset)
        slot.store(InternetChecksum.update(checksum, replacing: 0, with: UInt64(block)), at: field)
    }
}
