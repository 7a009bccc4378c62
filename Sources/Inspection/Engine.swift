import ConfigLanguage
import Wire

/// What an engine is given beside its configuration.
public struct EngineSettings: Sendable {
    /// Makes hashes unpredictable; a driver on live traffic draws it at random.
    public var seed: UInt64 = 0
    /// How many flows, pinholes and TFTP transfers there may be at one time.
    public var flowLimit = 262_144
    public var pinholeLimit = 65_536
    public var transferLimit = 65_536
    public var eventLimit = 65_536
    /// Follow TCP connections whose handshake was not seen. For recordings that start in the middle; never inline.
    public var acceptsMidstream = false
    /// Whoever brings the packets has to know for what there are pinholes: ``Engine/takeSteerOrders()``.
    public var tellsOfPinholes = false
    /// Somebody carries connections in the clear as streams (``Engine/takeStreamOrders()``), so that those that are inspected
    /// as such may be handed to it.
    public var hasStreamHand = false
    /// The certificate trust list that phones are given, whole; `nil`: there is none, and a request for it is refused.
    public var trustList: [UInt8]?
    /// How many files may be on their way to phones at one time, and how many phones may be known as secure.
    public var phoneFileLimit = 16_384
    public var securePhoneLimit = 65_536
    /// Take a recorded phone's packets for answers to the box's own, whatever port the box had chosen then. Never inline.
    public var followsRecordedPorts = false
    /// How many phones' signalling connections there may be, beside `tls-proxy maximum-session`; from one address; and how
    /// many calls.
    public var streamLimit = 16_384
    public var streamsPerSource = 256
    public var callLimit = 16_384
    /// Gives so many random bytes, for the keys that media is protected by. On live traffic this must be the system's
    /// generator; `nil`: they follow from the seed.
    public var randomBytes: (@Sendable (Int) -> [UInt8])?

    public init() {}
}

/// The brain: decides about every packet, and keeps all state there is.
///
/// Deterministic and sans-I/O. Packets come in with the moment and the interface they came in on, each gets a
/// ``Verdict``, and what else is to be told or sent waits in ``nextEvent()`` and ``nextRelease()``. One thread drives
/// it; the same calls give the same answers, inline, on a tap and offline.
public struct Engine: ~Copyable {
    public let configuration: Configuration
    public internal(set) var counters = Counters()

    /// Whether each block of a phone's file is an event. Only `debug phone-proxy tftp` wants to know, and there are many.
    public var tellsOfBlocks = true
    /// Whether each SIP or Skinny message that passes is an event. Only `debug sip` and `debug skinny` want to know, and
    /// there are many.
    public var tellsOfMessages = true

    /// Whether anybody takes events at all: else none are kept. What is counted is counted in any case.
    public var isHeard: Bool {
        get { events.isHeard }
        set { events.isHeard = newValue }
    }

    let settings: EngineSettings
    let timeouts: Timeouts
    let routes: RouteTable
    let classifier: Classifier
    var access: AccessPolicy
    var translations: TranslationTable
    var flows: FlowTable
    var pinholes: PinholeTable
    var transfers: TFTPTransferTable
    var fragments: FragmentTable
    var events: EventQueue
    var foresight = Foresight()
    var releases = ReleaseQueue()
    var errands: [Errand] = []
    /// Errands since the start; the last one's id.
    var errandsMade: UInt64 = 0
    var phoneFiles: PhoneFileTable
    /// The request of the packet at hand that the box answers itself.
    var phoneRequest: PhoneRequest?
    var phones: SecurePhoneTable
    let services: SecureServices
    var streams: StreamTable
    var streamOrders: [StreamOrder] = []
    /// Over what registered Skinny phones are so.
    var skinnyDevices: [SkinnyDevice: StreamID] = [:]
    var calls: CallTable
    var mediaPorts: MediaPorts
    var mediaOrders: [MediaOrder] = []
    /// Since the start; the last one's number.
    var mediaSessionsMade: UInt64 = 0
    /// Responses of the box's own, which makes their tags differ.
    var repliesMade: UInt64 = 0
    var keySource: KeySource
    var steerOrders: [SteerOrder] = []
    /// For how many pinholes each end stands.
    var steered: [SteeredEnd: Int] = [:]
    /// Messages of the packet at hand that may pass.
    var sipPending: [PendingSIPMessage] = []
    /// What somebody has read already of the packet that is to come.
    public var sipReading: SIPReading?
    var hiddenVias = HiddenVias()
    var viasWithoutBranch: UInt64 = 0
    /// The packet that goes on in place of the one at hand.
    var replacement: [UInt8] = []
    /// Media of calls that pass in packets, and how many calls each address has begun.
    var passingFlows: Slab<PassingFlows>
    var passingCalls: [IPAddress: Int] = [:]
    /// Connections whose numbers have moved.
    var sipShifts: Slab<SequenceShifts>
    /// `rate-limit`, per inspection map.
    var sipRates: [MessageRate]
    /// `rtp-conformance enforce-payloadtype` stands in an inspection map that is in force.
    let enforcesPayloadTypes: Bool
    /// Per interface.
    let rewriting: [RewriteSettings]
    /// Of the last packet of the box's own making (RFC 791).
    var identification: UInt16 = 0
    private let inPlace = InPlace()

    public init(_ configuration: Configuration, _ settings: EngineSettings = EngineSettings()) {
        self.configuration = configuration
        self.settings = settings
        let seed = HashSeed(settings.seed)
        timeouts = configuration.timeouts
        routes = RouteTable(configuration)
        classifier = Classifier(configuration)
        access = AccessPolicy(configuration)
        translations = TranslationTable(configuration)
        flows = FlowTable(limit: settings.flowLimit, seed: seed)
        pinholes = PinholeTable(limit: settings.pinholeLimit, seed: seed)
        transfers = TFTPTransferTable(limit: settings.transferLimit)
        fragments = FragmentTable(configuration.fragments)
        events = EventQueue(limit: settings.eventLimit)
        let hasPhoneProxy = configuration.phoneProxy != nil
        phoneFiles = PhoneFileTable(limit: hasPhoneProxy ? settings.phoneFileLimit : 0, seed: seed)
        phones = SecurePhoneTable(
            SecurePhoneTable.Limits(
                phones: hasPhoneProxy ? settings.securePhoneLimit : 0,
                idle: configuration.phoneProxy?.securePhoneTimeout ?? 0))
        services = SecureServices(configuration)
        let inspectsSkinny = classifier.inspectsSkinny && settings.hasStreamHand
        let hasStreams = !services.services.isEmpty || inspectsSkinny
        streams = StreamTable(
            limit: hasStreams ? settings.streamLimit : 0, limitPerSource: settings.streamsPerSource)
        let hasSIP = classifier.sipPolicies.count > 1
        calls = CallTable(limit: hasStreams || hasSIP ? settings.callLimit : 0)
        passingFlows = Slab(limit: hasSIP || inspectsSkinny ? settings.pinholeLimit : 0)
        sipShifts = Slab(limit: hasSIP ? settings.callLimit : 0)
        sipRates = classifier.sipPolicies.map { _ in MessageRate() }
        mediaPorts = MediaPorts(configuration)
        keySource = KeySource(settings)
        enforcesPayloadTypes = services.services.contains {
            $0.policy.rtpConformance?.enforcesPayloadType == true
                || $0.skinnyPolicy.rtpConformance?.enforcesPayloadType == true
        }
        let interfaces = hasPhoneProxy ? configuration.interfaces : []
        rewriting = interfaces.map { RewriteSettings(configuration, seenFrom: $0.name) }
    }

    /// Decides about one IP packet, which it may rewrite in place.
    ///
    /// - Parameters:
    ///   - packet: from the first byte of the IP header; link-layer padding behind it is ignored.
    ///   - isCut: the bytes at hand may be fewer than the packet had, as in a recording with a snapshot length.
    public mutating func process(
        _ packet: inout MutableSpan<UInt8>, from ingress: InterfaceIndex, at now: Timestamp, isCut: Bool = false
    ) -> Verdict {
        counters.read &+= 1
        expire(now)
        let verdict = decide(&packet, from: ingress, at: now, isCut: isCut)
        counters.count(verdict)
        return verdict
    }

    /// Counts a frame that carries no IP packet, such as ARP: none of the engine's business.
    public mutating func passFrame() {
        counters.read &+= 1
        counters.forwarded &+= 1
    }

    /// Counts a frame whose link layer could not be read.
    public mutating func refuseFrame(_ error: WireError) -> Verdict {
        counters.read &+= 1
        let verdict = Verdict.drop(DropReason(error), InterfaceIndex(0))
        counters.count(verdict)
        return verdict
    }

    /// Tells which interface recorded packets came in on.
    public var sides: RecordedSides { RecordedSides(self) }

    /// Lets time pass without a packet.
    public mutating func tick(_ now: Timestamp) { expire(now) }

    /// The next fact to report, oldest first.
    public mutating func nextEvent() -> Event? { events.next() }

    /// How many events were lost because nobody took them.
    public var lostEvents: UInt64 { events.lost }

    public var hasReleases: Bool { !releases.isEmpty }

    /// What is to be sent beside the verdicts, in order.
    public mutating func takeReleases() -> [Release] { releases.takeAll() }

    /// The same for whoever only sends: each packet where it lies, with the interface where it leaves. Nothing is
    /// allocated.
    @inline(__always)
    public mutating func drainReleases(_ body: (Span<UInt8>, InterfaceIndex?) -> Void) { releases.drain(body) }

    /// What the engine has to send, where that is one packet that leaves by `interface`: it is put at the start of `room`,
    /// and forgotten. Whoever has a packet in hand that was consumed may send this in its place.
    @inline(__always)
    public mutating func takeAnswer(leavingBy interface: InterfaceIndex, into room: inout MutableSpan<UInt8>) -> Int? {
        releases.takeOnly(leavingBy: interface, into: &room)
    }

    /// The packet that goes on in place of the one decided about last, where its verdict says so.
    public mutating func takeReplacement() -> [UInt8] {
        defer { replacement = [] }
        return replacement
    }

    public var hasErrands: Bool { !errands.isEmpty }

    /// What a hand is to do, in order.
    public mutating func takeErrands() -> [Errand] {
        defer { errands = [] }
        return errands
    }

    @inline(__always)
    private mutating func decide(
        _ packet: inout MutableSpan<UInt8>, from ingress: InterfaceIndex, at now: Timestamp, isCut: Bool
    ) -> Verdict {
        do throws(WireError) {
            let ip = try IPHeader.decode(packet.span, allowTruncation: isCut)
            if ip.isFragment { return reassemble(&packet, ip, from: ingress, at: now) }
            let headers = try PacketHeaders.decode(packet.span, ip)
            return handle(&packet, headers, from: ingress, at: now)
        } catch {
            return .drop(DropReason(error), ingress)
        }
    }

    /// Decides about a whole packet whose headers are read.
    mutating func handle(
        _ packet: inout MutableSpan<UInt8>, _ headers: PacketHeaders, from ingress: InterfaceIndex, at now: Timestamp
    ) -> Verdict {
        if let icmp = headers.icmp, icmp.kind == .error {
            return relayError(&packet, headers, icmp, from: ingress, at: now)
        }
        if let tcp = headers.tcp, TCPTracker.hasBadFlags(tcp.flags) { return .drop(.badTCPFlags, ingress) }
        let key = headers.key(on: ingress)
        if let found = flows.find(key) {
            guard reopens(headers, found.index) else {
                return established(&packet, headers, found, from: ingress, at: now)
            }
            end(found.index, .finished, at: now)
        }
        return open(&packet, headers, key, at: now)
    }
}
