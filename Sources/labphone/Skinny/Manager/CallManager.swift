import Box
import CLinux
import Glibc
import Wire

/// A small call manager: phones register, and it sets up their calls.
final class CallManager {
    struct Settings {
        var bound: Endpoint
        /// The device with the first number; the next has the next.
        var first = DeviceName(mac: 0)
        var firstNumber: UInt64 = 1000
        var devices = 1
        /// The newest version that it speaks.
        var version: UInt8 = 22
        /// Seconds between a phone's keep-alives, with the first server and the one that stands by.
        var keepAlive: UInt32 = 30
        var standbyKeepAlive: UInt32 = 60
        /// Gives keys out, as one whose phones are secure.
        var givesKeys = false
        var records = false
        /// Phones of older versions get the media messages of version 10, as from Asterisk: what they do not know stands last.
        var hasLongForms = false
        /// As CallManager Express: passThroughPartyId is 0.
        var isExpress = false
        /// The number that sends back what it hears.
        var echo = "7000"
        /// Who answers the numbers that begin with 2.
        var desk: Endpoint?
        /// Of the other call managers.
        var others: [Endpoint] = []
        /// So many requests to come back are refused.
        var refusedTokens = 0
        var tones: [ToneFrames] = [ToneFrames(frequency: 431)]
    }

    let loop: EventLoop
    let settings: Settings
    let ports: MediaPorts
    private let listener: Int32
    private var connections: [ObjectIdentifier: ManagerStation] = [:]
    private var stations: [String: ManagerStation] = [:]
    private(set) var conversations: [Int: Conversation] = [:]
    private var trunk: ManagerTrunk?
    private var references: UInt32 = 0
    private var parties: UInt32 = 16_777_216
    private var conversationsBegun = 0
    private let reported: (Conversation) -> Void

    // What is counted.
    private(set) var registrations = 0
    private(set) var versions: [UInt32: Int] = [:]
    var rejected = 0
    var tokens = 0
    var messages = 0
    var unknownMessages = 0
    /// Before the phone was registered.
    var outOfOrder = 0
    var keepAlives = 0
    /// Phones that tell another address than they come from.
    var foreignAddresses = 0
    /// Acknowledgments that nobody waits for.
    var strayAcks = 0
    /// Channels that phones did not open.
    var refusals = 0
    private(set) var replaced = 0

    init(_ loop: EventLoop, _ settings: Settings, reported: @escaping (Conversation) -> Void) throws(LabError) {
        self.loop = loop
        self.settings = settings
        self.reported = reported
        ports = MediaPorts(settings.bound.address)
        listener = try SocketAddress.open(SOCK_STREAM)
        SocketAddress.setOption(listener, SOL_SOCKET, SO_REUSEADDR, 1)
        guard SocketAddress.bind(listener, to: settings.bound), listen(listener, 4096) == 0 else {
            throw .last("listen on \(settings.bound)")
        }
        _ = try loop.watch(listener) { [unowned self] in acceptAll() }
        if let desk = settings.desk { trunk = try ManagerTrunk(self, to: desk) }
    }

    private func acceptAll() {
        while true {
            guard let accepted = unsafe SocketAddress.filled(by: { unsafe Int(accept(listener, $0, $1)) }) else {
                return
            }
            let stream = PlainStream(accepted: Int32(accepted.result))
            guard let station = try? ManagerStation(self, stream, peer: accepted.endpoint) else { continue }
            connections[ObjectIdentifier(station)] = station
        }
    }

    // What stations ask.

    /// The number of a device; `nil` for one that is not this manager's.
    func number(of device: String) -> String? {
        guard let name = DeviceName(device) else { return nil }
        let place = Int64(bitPattern: name.mac) - Int64(bitPattern: settings.first.mac)
        guard (0..<Int64(settings.devices)).contains(place) else { return nil }
        return String(settings.firstNumber + UInt64(place))
    }

    private func device(with number: String) -> String {
        guard let number = UInt64(number), number >= settings.firstNumber,
            number - settings.firstNumber < UInt64(settings.devices)
        else { return "" }
        return settings.first.advanced(by: Int(number - settings.firstNumber)).description
    }

    func registerAck(version: UInt8) -> SkinnyRegisterAck {
        SkinnyRegisterAck(
            keepAlive: settings.keepAlive, secondaryKeepAlive: settings.standbyKeepAlive, version: version)
    }

    var servers: [(name: String, endpoint: Endpoint)] {
        ([settings.bound] + settings.others).map { ($0.address.description, $0) }
    }

    func refusesToken() -> Bool { tokens <= settings.refusedTokens }

    /// The newer connection of a device wins.
    func registered(_ station: ManagerStation) {
        registrations += 1
        versions[station.version, default: 0] += 1
        if let before = stations[station.device], before !== station {
            replaced += 1
            stations[station.device] = station
            before.close()
        }
        stations[station.device] = station
    }

    func left(_ station: ManagerStation) {
        if stations[station.device] === station { stations[station.device] = nil }
        for leg in station.legs.values { leg.conversation?.leave(leg) }
        station.legs = [:]
    }

    func gone(_ station: ManagerStation) {
        // Not at once: it is the station itself that says so.
        loop.after(0) { [self] in connections[ObjectIdentifier(station)] = nil }
    }

    func nextReference() -> UInt32 {
        references += 1
        return references
    }

    func nextParty() -> UInt32 {
        guard !settings.isExpress else { return 0 }
        parties += 1
        return parties
    }

    func port(_ role: ManagerPort.Role) -> ManagerPort { ManagerPort(loop, ports, role, settings.tones) }

    // What conversations ask.

    func begin(_ leg: ManagerLeg) {
        conversationsBegun += 1
        conversations[conversationsBegun] = Conversation(self, number: conversationsBegun, leg)
        leg.show(.offHook)
        leg.tone(0x21)
        leg.keys(4)
    }

    func ended(_ conversation: Conversation) {
        guard conversations.removeValue(forKey: conversation.number) != nil else { return }
        reported(conversation)
    }

    /// Where a number leads.
    func route(_ number: String, _ conversation: Conversation) {
        if number == settings.echo {
            conversation.outside = .port(port(.echo))
            conversation.ringBack(number)
            return conversation.answer()
        }
        if let trunk, number.hasPrefix("2") {
            conversation.ringBack(number)
            conversation.outside = .trunk(trunk.call(number, as: conversation.legs.first?.number ?? "", conversation))
            return
        }
        guard let station = stations[device(with: number)] else {
            return conversation.refuse(.invalidNumber)
        }
        guard station.isFree else { return conversation.refuse(.busy) }
        conversation.ring(ManagerLeg(self, station), calling: number)
    }

    var stationCount: Int { stations.count }

    func hangUpAll() { for conversation in conversations.values { conversation.finish("manager ends") } }

    var members: [(String, JSONValue)] {
        let numbers: [(String, Int)] = [
            ("stations", stations.count), ("registrations", registrations), ("rejected", rejected),
            ("replaced", replaced), ("tokens", tokens), ("messages", messages), ("unknownMessages", unknownMessages),
            ("outOfOrder", outOfOrder), ("keepAlives", keepAlives), ("foreignAddresses", foreignAddresses),
            ("strayAcks", strayAcks), ("refusals", refusals),
        ]
        let spoken = versions.sorted { $0.key < $1.key }.map { (String($0.key), JSONValue.integer(Int64($0.value))) }
        return numbers.map { ($0.0, .integer(Int64($0.1))) } + [("versions", .object(spoken))]
    }
}
