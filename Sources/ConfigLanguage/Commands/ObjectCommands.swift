import Wire

/// `object network NAME` and what stands under it.
enum ObjectCommands {
    static func object(_ words: inout Words) throws(Problem) -> Command.Change {
        let name = try words.name("object name", limit: 64)
        let (line, isNegated) = (words.line, words.isNegated)
        return { reading in
            if isNegated {
                if reading.draft.objects.removeValue(forKey: name.value) == nil {
                    reading.warnNothingToRemove("object", at: name.site)
                }
                return
            }
            if reading.draft.objects[name.value] == nil {
                reading.draft.objects[name.value] = ObjectDraft(name: name)
            }
            reading.enter(.networkObject(name.value), at: line)
        }
    }

    static func host(_ words: inout Words) throws(Problem) -> Command.Change {
        let site = words.site
        let address = try words.address()
        return value(AddressRange(host: address), at: site, isNegated: words.isNegated)
    }

    static func subnet(_ words: inout Words) throws(Problem) -> Command.Change {
        let first = words.site
        let network = try words.isAtPrefixV6 ? words.networkV6() : words.networkV4(zeros: true)
        return value(AddressRange(network), at: words.site(from: first), isNegated: words.isNegated)
    }

    static func range(_ words: inout Words) throws(Problem) -> Command.Change {
        let first = words.site
        let low = try words.address()
        let high = try words.address()
        guard low.isV4 == high.isV4 else {
            throw Problem(site: words.site(from: first), message: "\(low) and \(high) are of different families")
        }
        guard low <= high else {
            throw Problem(
                site: words.site(from: first), message: "the range ends before it begins: \(low) is after \(high)")
        }
        return value(AddressRange(low, high), at: words.site(from: first), isNegated: words.isNegated)
    }

    private static func value(_ range: AddressRange, at site: Site, isNegated: Bool) -> Command.Change {
        { reading in
            guard case .networkObject(let name) = reading.mode else { return }
            if isNegated, reading.draft.objects[name]?.value?.value != range {
                return reading.warnNothingToRemove("value", at: site)
            }
            reading.draft.objects[name]?.value = isNegated ? nil : Located(range, at: site)
        }
    }
}
