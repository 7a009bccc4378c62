import Wire

/// Where a phone finds a server that its configuration file names.
extension TranslationTable {
    /// How `server` is reached from the interface `phone`; `nil` when nothing translates it towards there.
    ///
    /// A file names servers as their own side knows them. So a server behind another interface is seen under its mapped
    /// address; one on the phone's own side that the call server only knows by a mapped address, under its real one.
    func seen(_ server: Endpoint, _ transport: IPProtocol, from phone: InterfaceIndex) -> Endpoint? {
        for rule in rules where rule.realInterface != phone {
            guard Self.covers(rule.mappedInterface, phone), rule.real.contains(server.address),
                Self.covers(rule.service, transport, server.port, \.realPort)
            else { continue }
            let address = Self.exchange(server.address, rule.real, rule.mapped)
            return Endpoint(address, rule.service?.mappedPort ?? server.port)
        }
        for rule in rules where rule.realInterface == phone {
            guard rule.mappedInterface != phone, rule.mapped.contains(server.address),
                Self.covers(rule.service, transport, server.port, \.mappedPort)
            else { continue }
            let address = Self.exchange(server.address, rule.mapped, rule.real)
            return Endpoint(address, rule.service?.realPort ?? server.port)
        }
        return nil
    }
}
