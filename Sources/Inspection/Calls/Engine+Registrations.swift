import Wire

/// Registrations (RFC 3261 section 10): who a phone is to the call server, and for how long. A verified phone's entry in
/// the secure-phone database has its port as long as one of them stands.
extension Engine {
    /// Takes what the server has answered to a REGISTER: which of the phone's contacts it keeps, and how long.
    mutating func followRegistration(
        _ message: SIPMessage, _ facts: SIPFacts, from side: StreamSide, of stream: SignallingStream,
        at now: Timestamp
    ) {
        if side == .phone {
            if facts.isRequest, facts.method == .register { noteKind(message, of: stream) }
            return keepVerified(stream, at: now)
        }
        guard facts.method == .register, let status = facts.status, status >= 200 else { return }
        guard status < 300 else {
            if status != 401, status != 407, status != 423 {
                events.append(.signalling(.registrationRefused(summary(stream), status: status)), at: now)
            }
            return
        }
        counters.sip.registrations &+= 1
        let seconds = lifetime(message, of: stream)
        setRegistration(facts.to, seconds, of: stream.id, at: now)
    }

    /// What the phone says proves that it is still there.
    private mutating func keepVerified(_ stream: SignallingStream, at now: Timestamp) {
        guard let device = stream.device, !stream.registrations.isEmpty else { return }
        renew(device, stream, at: now)
    }

    private mutating func renew(_ device: DeviceName, _ stream: SignallingStream, at now: Timestamp) {
        let (interface, phone) = (stream.interface, stream.phone)
        if phones.register(device, on: interface, from: phone.address, port: phone.port, at: now) { return }
        // The entry's time was over, or it stood elsewhere; this connection is the proof that made it.
        guard verifySecurePhone(device, on: interface, from: phone.address, at: now) else { return }
        _ = phones.register(device, on: interface, from: phone.address, port: phone.port, at: now)
    }

    /// Seconds for which the server keeps the contact that the phone has over this stream; 0: it does not.
    private func lifetime(_ message: SIPMessage, of stream: SignallingStream) -> UInt32 {
        guard let local = stream.local else { return 0 }
        let contacts = (try? message.contacts()) ?? []
        let header = (try? message.number(of: .expires)) ?? nil
        let own = contacts.filter { contact in
            contact.uri.host?.address == local.address && contact.uri.port == local.port
        }
        // RFC 3261 section 10.2.1.1: without a word about it, an hour.
        return own.map { message.expires(of: $0) ?? header ?? 3600 }.max() ?? 0
    }

    /// Enters, renews or, with 0 seconds, takes back what the server knows the phone by.
    mutating func setRegistration(
        _ name: String, _ seconds: UInt32, of id: StreamID, at now: Timestamp
    ) {
        guard let stream = streams[id] else { return }
        let known = stream.registrations.first { $0.addressOfRecord == name }
        var registrations = stream.registrations.filter { $0.addressOfRecord != name }
        if seconds > 0, registrations.count < SignallingStream.registrationLimit {
            let expires = now.adding(seconds: Int(seconds))
            registrations.append(.init(addressOfRecord: name, expires: expires))
            streams[id]?.registrations = registrations
            let summary = registrationSummary(name, expires, stream)
            events.append(.signalling(known == nil ? .registered(summary) : .refreshed(summary)), at: now)
            if let device = stream.device { renew(device, stream, at: now) }
        } else {
            streams[id]?.registrations = registrations
            if let known { events.append(.signalling(.unregistered(summary(known, stream))), at: now) }
            if registrations.isEmpty { unregister(stream) }
        }
        wakeStream(id, at: now)
    }

    private mutating func unregister(_ stream: SignallingStream) {
        guard let device = stream.device else { return }
        phones.unregister(device, on: stream.interface, port: stream.phone.port)
    }

    mutating func expireRegistrations(of id: StreamID, at now: Timestamp) {
        guard let stream = streams[id], stream.registrations.contains(where: { $0.expires <= now }) else { return }
        for registration in stream.registrations where registration.expires <= now {
            events.append(.signalling(.registrationExpired(summary(registration, stream))), at: now)
        }
        streams[id]?.registrations.removeAll { $0.expires <= now }
        if streams[id]?.registrations.isEmpty == true { unregister(stream) }
    }

    func summary(_ registration: SignallingStream.Registration, _ stream: SignallingStream) -> RegistrationSummary {
        registrationSummary(registration.addressOfRecord, registration.expires, stream)
    }

    private func registrationSummary(
        _ name: String, _ expires: Timestamp, _ stream: SignallingStream
    ) -> RegistrationSummary {
        RegistrationSummary(
            addressOfRecord: name, device: stream.device, phone: stream.phone, interface: stream.interface,
            server: stream.service.server, expires: expires,
            stream: stream.id, plain: stream.service.isPlain ? stream.service.signalling : nil)
    }

    /// A CIPC that only authenticates says what it is (cisco-facts 2.5).
    private mutating func noteKind(_ message: SIPMessage, of stream: SignallingStream) {
        guard configuration.phoneProxy?.authenticatesCIPC == true, let agent = message.value(of: .userAgent) else {
            return
        }
        streams[stream.id]?.isAuthenticatedOnly = message.text(agent).lowercased().contains("cipc")
    }

    // MARK: The device

    /// The MAC that a Cisco phone says it has: in the instance or the device name of its contact. `nil`: it says none.
    func namedDevice(_ message: SIPMessage) -> MACAddress? {
        guard message.isRequest, let contacts = try? message.contacts() else { return nil }
        for contact in contacts {
            if let name = parameter("+u.sip!devicename.ccm.cisco.com", of: contact, in: message),
                let mac = MACAddress(deviceName: name)
            {
                return mac
            }
            if let instance = parameter("+sip.instance", of: contact, in: message),
                let mac = Self.mac(instance: instance)
            {
                return mac
            }
        }
        return nil
    }

    private func parameter(_ name: String, of contact: SIPAddress, in message: SIPMessage) -> ArraySlice<UInt8>? {
        guard let value = message.parameter(name, in: contact.parameters)?.value else { return nil }
        return message.bytes[message.unquoted(value)]
    }

    /// `<urn:uuid:00000000-0000-0000-0000-001E7AC4DA9C>`: Cisco's phones have zeros before the MAC; other instances name
    /// no MAC.
    private static func mac(instance: ArraySlice<UInt8>) -> MACAddress? {
        let head = Array("<urn:uuid:00000000-0000-0000-0000-".utf8)
        guard instance.count == head.count + 13, instance.last == UInt8(ascii: ">"),
            instance.prefix(head.count).elementsEqual(head)
        else { return nil }
        return MACAddress(digits: instance.dropFirst(head.count).dropLast())
    }
}
