/// Why bytes could not be read: which layer, which field, where, and what was wrong with it.
public struct WireError: Error, Hashable, Sendable {
    public enum Layer: String, Sendable {
        case ethernet, vlan, linuxCooked = "linux-cooked", loopback, tokenRing = "token-ring", pppoe, nflog, llc, mpls
        case link
        case ipv4, ipv6, udp, tcp, icmp
        case tftp
        case rtp, rtcp, skinny
        case tls
    }

    /// Field names as the RFCs and IEEE standards print them.
    public enum Field: String, Sendable {
        case header, linkType = "link type", etherType = "EtherType", family
        case version, headerLength = "header length", totalLength = "total length", payloadLength = "payload length"
        case fragmentOffset = "fragment offset", option, extensionHeader = "extension header", source, destination
        case type, length, dataOffset = "data offset", checksum
        case opcode, filename, mode, blockNumber = "block number", value, errorCode = "error code"
        case contributors = "CSRC list", padding, packetType = "packet type", reports
    }

    public enum Problem: String, Sendable {
        case truncated, invalid, unsupported
        case tooLong = "too long"
        case unterminated
    }

    public let layer: Layer
    public let field: Field
    public let problem: Problem
    /// Bytes from the start of what the decoder was given.
    public let offset: Int

    public init(_ layer: Layer, _ field: Field, _ problem: Problem, at offset: Int) {
        self.layer = layer
        self.field = field
        self.problem = problem
        self.offset = offset
    }
}

extension WireError: CustomStringConvertible {
    /// For example `udp length invalid at offset 4`.
    public var description: String {
        "\(layer.rawValue) \(field.rawValue) \(problem.rawValue) at offset \(offset)"
    }
}
