import Wire

extension Words {
    /// A name that the administrator chooses, of at most `limit` characters.
    mutating func name(_ what: String = "WORD", limit: Int = 241) throws(Problem) -> Located<String> {
        ask(what)
        let token = try required()
        guard token.text.utf8.count <= limit else {
            throw wrong("\(token.quoted) is longer than \(limit) characters")
        }
        advance(spelling: token.text)
        return Located(token.text, at: site(of: token))
    }

    /// A whole number.
    mutating func number(in range: ClosedRange<Int>) throws(Problem) -> Int {
        ask("<\(range.lowerBound)-\(range.upperBound)>")
        let token = try required()
        guard let value = Self.decimal(token.text) else { throw wrong("\(token.quoted) is not a number") }
        guard range.contains(value) else {
            throw wrong("\(token.quoted) is not in \(range.lowerBound)-\(range.upperBound)")
        }
        advance(spelling: String(value))
        return value
    }

    /// A whole number, when the next word is one.
    mutating func optionalNumber(in range: ClosedRange<Int>) throws(Problem) -> Int? {
        ask("<\(range.lowerBound)-\(range.upperBound)>")
        guard let token = next, Self.decimal(token.text) != nil else { return nil }
        return try number(in: range)
    }

    /// One of a few whole numbers.
    mutating func number(oneOf numbers: [Int]) throws(Problem) -> Int {
        ask(oneOf: numbers.map(String.init))
        let token = try required()
        guard let value = Self.decimal(token.text), numbers.contains(value) else {
            throw wrong("\(token.quoted) is not one of \(numbers.map(String.init).joined(separator: ", "))")
        }
        advance(spelling: String(value))
        return value
    }

    static func decimal(_ text: String) -> Int? {
        text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ? Int(text) : nil
    }

    /// `h:mm:ss`, in seconds.
    mutating func duration(in range: ClosedRange<Int>) throws(Problem) -> Int {
        ask("h:mm:ss")
        let token = try required()
        guard let seconds = Self.seconds(token.text) else { throw wrong("\(token.quoted) is not a time") }
        guard seconds > 0 else { throw wrong("0 (no timeout) is not supported: every wait of this box has an end") }
        guard range.contains(seconds) else {
            throw wrong("\(token.quoted) is not in \(Self.clock(range.lowerBound))-\(Self.clock(range.upperBound))")
        }
        advance(spelling: Self.clock(seconds))
        return seconds
    }

    private static func seconds(_ text: String) -> Int? {
        if text == "0" { return 0 }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { decimal(String($0)) }
        guard parts.count == 3, let hours = parts[0], let minutes = parts[1], let seconds = parts[2],
            hours <= 1193, minutes < 60, seconds < 60
        else { return nil }
        return hours * 3600 + minutes * 60 + seconds
    }

    /// A number in hexadecimal, `0x` first or not.
    mutating func hexadecimal(in range: ClosedRange<Int>) throws(Problem) -> Int {
        ask("<0x\(String(range.lowerBound, radix: 16))-0x\(String(range.upperBound, radix: 16))>")
        let token = try required()
        let digits = token.text.lowercased().hasPrefix("0x") ? token.text.dropFirst(2) : token.text[...]
        guard digits.utf8.first != UInt8(ascii: "-"), digits.utf8.first != UInt8(ascii: "+"),
            let value = Int(digits, radix: 16), range.contains(value)
        else { throw wrong("\(token.quoted) is not a hexadecimal number in this range") }
        advance(spelling: "0x\(String(value, radix: 16))")
        return value
    }

    /// Seconds as `h:mm:ss`.
    static func clock(_ seconds: Int) -> String {
        func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(seconds / 3600):\(twoDigits(seconds / 60 % 60)):\(twoDigits(seconds % 60))"
    }

    /// The number or ASA name of a port of `transport`.
    mutating func port(of transport: IPProtocol, in range: ClosedRange<Int> = 0...65535) throws(Problem) -> UInt16 {
        ask("<\(range.lowerBound)-\(range.upperBound)>")
        ask("port name")
        let token = try required()
        if let port = UInt16(exactly: Self.decimal(token.text) ?? -1) {
            guard range.contains(Int(port)) else { throw wrong("port \(port) is not in \(range)") }
            advance(spelling: PortNames.name(of: port, transport) ?? String(port))
            return port
        }
        if Self.decimal(token.text) != nil { throw wrong("port \(token.quoted) is more than 65535") }
        switch PortNames.match(token.text, transport) {
        case .one(let name):
            guard let port = PortNames.port(name, transport) else { throw unexpected() }
            advance(spelling: PortNames.name(of: port, transport) ?? name)
            return port
        case .several(let fitting):
            throw Problem(site: site, message: "\(token.quoted) is ambiguous", expected: fitting)
        case .none:
            throw unknownPort(token, transport)
        }
    }

    private func unknownPort(_ token: Token, _ transport: IPProtocol) -> Problem {
        let other: IPProtocol = transport == .udp ? .tcp : .udp
        if PortNames.port(token.text, other) != nil {
            return wrong("\(token.quoted) is a port of \(other), not of \(transport)")
        }
        let near = Keyword.nearMisses(of: token.text, among: PortNames.names(transport))
        let hint = near.isEmpty ? "" : "; did you mean \(near.map { "'\($0)'" }.joined(separator: " or "))?"
        return wrong("\(token.quoted) is not a port\(hint)")
    }
}

// MARK: - Addresses

extension Words {
    /// The address that the next word is or names; it is not read yet.
    var nextAddress: IPAddress? { next.flatMap { names[$0.text] ?? IPAddress($0.text) } }

    /// Whether an address stands here, or a `name` for one that is not spelled as one of `keywords`.
    func isAtAddress(ratherThan keywords: [String]) -> Bool {
        next.map { !keywords.contains($0.text) } ?? false && nextAddress != nil
    }

    /// An address of either family, or a `name`.
    mutating func address() throws(Problem) -> IPAddress {
        ask("A.B.C.D", "X:X:X:X::X", "name")
        return try readAddress()
    }

    /// An IPv4 address, or a `name`.
    mutating func addressV4() throws(Problem) -> IPAddress {
        ask("A.B.C.D", "name")
        if let address = nextAddress, !address.isV4, let token = next {
            throw wrong("\(token.quoted) is not an IPv4 address")
        }
        return try readAddress()
    }

    private mutating func readAddress() throws(Problem) -> IPAddress {
        let token = try required()
        guard let address = nextAddress else { throw wrong("\(token.quoted) is neither an address nor a name") }
        advance(spelling: token.text)
        return address
    }

    /// An IPv4 subnet mask.
    mutating func mask() throws(Problem) -> IPAddress {
        ask("subnet mask")
        let token = try required()
        guard let mask = IPAddress(token.text), mask.isV4 else { throw wrong("\(token.quoted) is not a subnet mask") }
        guard IPPrefix(.anyV4, mask: mask) != nil else {
            let isWildcard = IPPrefix(.anyV4, mask: IPAddress(v4: ~mask.v4)) != nil
            throw wrong(
                isWildcard
                    ? "\(token.quoted) is a wildcard mask: a subnet mask must stand here, such as \(IPAddress(v4: ~mask.v4))"
                    : "\(token.quoted) is not a subnet mask: its ones are not contiguous")
        }
        advance(spelling: token.text)
        return mask
    }

    /// An IPv4 network: an address without host bits, and its mask. `0` is short for 0.0.0.0 when `zeros` are allowed.
    mutating func networkV4(zeros: Bool = false) throws(Problem) -> IPPrefix {
        let first = site
        let address = try zeros && skipZero() ? .anyV4 : addressV4()
        let mask = try zeros && skipZero() ? .anyV4 : mask()
        guard let network = IPPrefix(address, mask: mask), network.address == address else {
            throw Problem(
                site: site(from: first),
                message: "address \(address) and mask \(mask) do not pair: the address has bits outside the mask",
                expected: IPPrefix(address, mask: mask).map { ["\($0.address) \(mask)"] } ?? [])
        }
        return network
    }

    private mutating func skipZero() -> Bool {
        guard next?.text == "0" else { return false }
        advance(spelling: "0.0.0.0")
        return true
    }

    /// Whether the next word is written as an IPv6 prefix, `X:X:X:X::X/N`.
    var isAtPrefixV6: Bool { next.map { $0.text.utf8.contains(UInt8(ascii: "/")) } ?? false }

    /// `X:X:X:X::X/N`: the address as written, and its network.
    mutating func addressAndPrefixV6() throws(Problem) -> (address: IPAddress, network: IPPrefix) {
        ask("X:X:X:X::X/<0-128>")
        let token = try required()
        let halves = token.text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, let address = IPAddress(halves[0]), let length = Self.decimal(String(halves[1])),
            !halves[1].isEmpty
        else { throw wrong("\(token.quoted) is not an IPv6 prefix") }
        guard !address.isV4 else { throw wrong("\(token.quoted): an IPv4 network is written as address and mask") }
        guard let network = IPPrefix(address, length: length) else {
            throw wrong("prefix length \(length) is more than 128")
        }
        advance(spelling: "\(address)/\(length)")
        return (address, network)
    }

    /// An IPv6 network, without host bits.
    mutating func networkV6() throws(Problem) -> IPPrefix {
        let first = site
        let (address, network) = try addressAndPrefixV6()
        guard network.address == address else {
            throw Problem(
                site: site(from: first), message: "\(address) has bits outside its prefix", expected: ["\(network)"])
        }
        return network
    }
}
