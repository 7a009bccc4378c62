import Wire

struct AccessListDraft {
    enum Item {
        case remark(String)
        case entry(AccessEntryDraft)
    }

    var name: Located<String>
    /// Remarks count as lines, as in `line 3`.
    var items: [Item] = []
    /// The rules of ``items``, to find one that stands there already.
    var rules: Set<AccessRule> = []

    init(name: Located<String>) { self.name = name }
}

/// What an access entry matches and does, its addresses not yet looked up.
struct AccessRule: Hashable {
    enum Address: Hashable {
        case match(AddressMatch)
        case object(Located<String>)
        case interface(Located<String>)
    }

    var action: AccessEntry.Action
    var transport: IPProtocol?
    var source: Address
    var sourcePorts: PortMatch
    var destination: Address
    var destinationPorts: PortMatch
    var icmpType: UInt8?
}

struct AccessEntryDraft {
    var rule: AccessRule
    var logs: Bool
    var isInactive: Bool
    var text: String
}

struct CaptureDraft {
    var name: Located<String>
    /// Its interfaces and access list are in the fields below, its matches hold no names.
    var definition: CaptureDefinition
    var interfaces: [Located<String>] = []
    var accessList: Located<String>?
    /// The drop reason that ``definition`` is for, where the file says it.
    var reason: Located<String>?
}
