import Wire

/// ServerRes: five places for the call managers that a phone may go to.
struct SkinnyServerList {
    var servers: [(name: String, endpoint: Endpoint)]

    func body(version: UInt32) -> [UInt8] {
        var writer = SkinnyWriter()
        let nobody = (name: "", endpoint: Endpoint(.anyV4, 0))
        let places = (0..<5).map { $0 < servers.count ? servers[$0] : nobody }
        for place in places { writer.text(place.name, 48) }
        for place in places { writer.number(UInt32(place.endpoint.port)) }
        for place in places { writer.address(place.endpoint.address, version: version) }
        return writer.bytes
    }
}
