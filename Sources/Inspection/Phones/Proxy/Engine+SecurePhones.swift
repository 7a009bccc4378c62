import Wire

/// The secure-phone database: what a request enters, and what only a TLS handshake can prove (CVE-2014-0739).
extension Engine {
    /// All entries, by interface, address and name: `show phone-proxy secure-phones`.
    public var securePhones: [SecurePhone] { phones.all }
    public var securePhonesMostUsed: Int { phones.mostUsed }

    /// A TLS handshake from `address` has proved that the peer is `device`.
    ///
    /// - Returns: `false` where there is no room for its entry.
    public mutating func verifySecurePhone(
        _ device: DeviceName, on interface: InterfaceIndex, from address: IPAddress, at now: Timestamp
    ) -> Bool {
        do throws(SecurePhoneTable.Refusal) {
            note(try phones.prove(device, on: interface, from: address, at: now), device, at: now)
            return true
        } catch {
            counters.phoneProxy.securePhonesRefused &+= 1
            return false
        }
    }

    /// A phone has registered with its call server, or renewed that, over a connection from `port`.
    ///
    /// - Returns: `false`, and nothing changes, where no handshake has proved the device to be there.
    public mutating func registerSecurePhone(
        _ device: DeviceName, on interface: InterfaceIndex, from address: IPAddress, port: UInt16, at now: Timestamp
    ) -> Bool {
        phones.register(device, on: interface, from: address, port: port, at: now)
    }

    /// Whether the device has proved to be at this address: what every right of a phone depends on.
    public func isSecurePhone(_ device: DeviceName, on interface: InterfaceIndex, at address: IPAddress) -> Bool {
        phones.isVerified(device, on: interface, at: address)
    }

    /// A request for a phone's own file makes its entry, which gives it no rights yet.
    mutating func enterSecurePhone(_ session: PhoneFileSession, at now: Timestamp) {
        guard let mac = session.name.mac else { return }
        let request = session.request
        do throws(SecurePhoneTable.Refusal) {
            note(
                try phones.request(.mac(mac), on: request.clientInterface, from: request.client.address, at: now),
                .mac(mac),
                at: now)
        } catch {
            counters.phoneProxy.securePhonesRefused &+= 1
            guard case .alreadyConfigured(let address) = error else { return }
            events.append(
                .securePhoneRefused(mac: mac, interface: request.clientInterface, address: address), at: now)
        }
    }

    private mutating func note(_ change: SecurePhoneTable.Change, _ device: DeviceName, at now: Timestamp) {
        if case .created = change { events.append(.phoneProxy(.createdSecurePhone(device)), at: now) }
    }
}
