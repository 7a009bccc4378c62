import Wire

/// Addresses with ports, by interface and family, as anonymous sets of nft.
struct EndpointSets {
    struct Place: Hashable {
        var device: String
        var isV4: Bool
    }

    private var endpoints: [Place: [Endpoint]] = [:]
    /// In the order in which they came.
    private(set) var places: [Place] = []

    mutating func insert(_ endpoint: Endpoint, on device: String) {
        let place = Place(device: device, isV4: endpoint.address.isV4)
        if endpoints[place] == nil { places.append(place) }
        if !(endpoints[place]?.contains(endpoint) ?? false) { endpoints[place, default: []].append(endpoint) }
    }

    var isEmpty: Bool { places.isEmpty }

    /// `ip daddr . tcp dport { 10.10.0.26 . 5061 }`, or the same of the source.
    func match(_ side: Side, at place: Place) -> String {
        "\(Self.field(side, isV4: place.isV4)) \(Self.set(endpoints[place] ?? []))"
    }

    /// The endpoints of one family, wherever they are; `nil` when there is none.
    func match(_ side: Side, isV4: Bool) -> String? {
        var all: [Endpoint] = []
        for place in places where place.isV4 == isV4 {
            for endpoint in endpoints[place] ?? [] where !all.contains(endpoint) { all.append(endpoint) }
        }
        return all.isEmpty ? nil : "\(Self.field(side, isV4: isV4)) \(Self.set(all))"
    }

    enum Side {
        case source, destination
    }

    private static func field(_ side: Side, isV4: Bool) -> String {
        let family = isV4 ? "ip" : "ip6"
        return side == .source ? "\(family) saddr . tcp sport" : "\(family) daddr . tcp dport"
    }

    private static func set(_ endpoints: [Endpoint]) -> String {
        "{ \(endpoints.map { "\($0.address) . \($0.port)" }.joined(separator: ", ")) }"
    }
}
