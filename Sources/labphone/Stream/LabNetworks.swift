import Wire

/// Where test equipment may send: this machine, and the networks of lab and benchmarks. Anything else is refused before a packet goes out.
enum LabNetworks {
    /// Network and length.
    private static let networks: [(String, Int)] = [
        ("127.0.0.0", 8), ("10.10.0.0", 24), ("192.0.2.0", 24), ("192.168.10.0", 24), ("98.208.49.0", 24),
        ("69.181.112.0", 24), ("198.18.0.0", 16),
    ]

    static func contains(_ address: IPAddress) -> Bool {
        address.isV4
            && networks.contains { text, length in
                guard let network = IPAddress(text) else { return false }
                return (network.v4 ^ address.v4) >> UInt32(32 - length) == 0
            }
    }
}
