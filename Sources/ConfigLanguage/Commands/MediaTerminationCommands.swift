import Wire

/// `media-termination NAME` and what stands under it.
enum MediaTerminationCommands {
    static func mediaTermination(_ words: inout Words) throws(Problem) -> Command.Change {
        let name = try words.name("media-termination", limit: 64)
        let (line, isNegated) = (words.line, words.isNegated)
        return { reading throws(Problem) in
            let known = reading.draft.mediaTermination
            if isNegated {
                guard known?.name == name else {
                    return reading.warnNothingToRemove("media-termination", at: name.site)
                }
                reading.draft.mediaTermination = nil
                return
            }
            if let known, known.name != name {
                throw Problem(
                    site: name.site,
                    message: "more than 1 of 'media-termination' (line \(known.name.site.line) has the first)")
            }
            if known == nil { reading.draft.mediaTermination = MediaTerminationDraft(name: name) }
            reading.enter(.block(Block(kind: .mediaTermination, name: name.value)), at: line)
        }
    }

    /// `address ADDRESS [interface NAME]`.
    static func address(_ words: inout Words) throws(Problem) -> Command.Change {
        let address = try words.mediaTerminationAddress()
        let isNegated = words.isNegated
        return { reading throws(Problem) in
            guard var draft = reading.draft.mediaTermination else { return }
            try reading.change(&draft.addresses, by: address, isNegated: isNegated)
            reading.draft.mediaTermination = draft
        }
    }

    static func ports(_ words: inout Words) throws(Problem) -> Command.Change {
        let ports = try words.rtpPorts()
        return { $0.draft.mediaTermination?.ports = ports }
    }
}

struct MediaTerminationDraft {
    var name: Located<String>
    var addresses: [MediaTerminationAddressDraft] = []
    /// `nil`: nothing is said.
    var ports: ClosedRange<UInt16>?

    init(name: Located<String>) { self.name = name }
}

struct MediaTerminationAddressDraft {
    /// `nil`: for all interfaces.
    var interface: Located<String>?
    var address: Located<IPAddress>
    /// The whole command.
    var site: Site
}

extension Words {
    /// `ADDRESS [interface NAME]`.
    mutating func mediaTerminationAddress() throws(Problem) -> MediaTerminationAddressDraft {
        let addressSite = site
        let address = try address()
        let interface = try skip("interface") ? name("interface") : nil
        return MediaTerminationAddressDraft(
            interface: interface, address: Located(address, at: addressSite), site: readSite)
    }

    /// `LOWEST rtp-max-port HIGHEST`; `nil` for `no`.
    mutating func rtpPorts() throws(Problem) -> ClosedRange<UInt16>? {
        if isBareNegation { return nil }
        let low = try number(in: 1024...16384)
        try expect("rtp-max-port", or: "rtp-maxport")
        let high = try number(in: 32767...65535)
        return isNegated ? nil : UInt16(low)...UInt16(high)
    }
}

extension Reading {
    /// Adds an address, or takes it away.
    mutating func change(
        _ addresses: inout [MediaTerminationAddressDraft], by address: MediaTerminationAddressDraft, isNegated: Bool
    ) throws(Problem) {
        let index = addresses.firstIndex { $0.address == address.address && $0.interface == address.interface }
        switch (index, isNegated) {
        case (let index?, true): addresses.remove(at: index)
        case (nil, true): warnNothingToRemove("media-termination address", at: address.site)
        case (nil, false):
            try Limit.check(
                addresses.count, below: Limit.mediaTerminationAddresses, "media-termination addresses",
                at: address.site)
            addresses.append(address)
        case (.some, false): break
        }
    }
}
