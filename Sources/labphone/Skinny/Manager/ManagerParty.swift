import Wire

/// One end of a media path, as the call manager sees it: a phone, or a port of its own.
protocol ManagerParty: AnyObject {
    /// Whether it can encrypt.
    var takesKeys: Bool { get }

    /// Has it open a port where it receives what is protected with this key; `opened` hears which.
    func open(_ key: SkinnyKey?, _ opened: @escaping (Endpoint) -> Void)

    /// Has it send, protected with this key.
    func transmit(to remote: Endpoint, _ key: SkinnyKey?)

    /// Ends both.
    func close()
}

/// Media between two parties. Each time that it is connected there are new keys.
final class ManagerPath {
    let parties: (any ManagerParty, any ManagerParty)
    private var generation = 0
    private(set) var isConnected = false

    init(_ one: any ManagerParty, _ other: any ManagerParty) { parties = (one, other) }

    /// - Parameter withKeys: the manager hands keys out, where both can take them.
    func connect(withKeys: Bool) {
        generation += 1
        isConnected = true
        let generation = generation
        let isKeyed = withKeys && parties.0.takesKeys && parties.1.takesKeys
        let keys = isKeyed ? (SkinnyKey.random(), SkinnyKey.random()) : nil
        var receivers: (Endpoint?, Endpoint?) = (nil, nil)
        let opened = { [self] in
            guard let first = receivers.0, let second = receivers.1, generation == self.generation, isConnected else {
                return
            }
            parties.0.transmit(to: second, keys?.0)
            parties.1.transmit(to: first, keys?.1)
        }
        parties.0.open(keys?.1) {
            receivers.0 = $0
            opened()
        }
        parties.1.open(keys?.0) {
            receivers.1 = $0
            opened()
        }
    }

    func disconnect() {
        guard isConnected else { return }
        isConnected = false
        parties.0.close()
        parties.1.close()
    }
}
