import TestSupport
import Testing
import Wire

@testable import Inspection

/// Holds a table, so that expectations can change it; times are seconds.
private final class Phones {
    private var state: SecurePhoneTable
    private static let outside = InterfaceIndex(1)

    init(phones: Int = 10, idle: Int = 300) { state = SecurePhoneTable(.init(phones: phones, idle: idle)) }

    func request(_ mac: UInt64, from address: String, at now: Int, on interface: InterfaceIndex = outside) throws
        -> SecurePhoneTable.Change
    {
        try state.request(.mac(MACAddress(mac)), on: interface, from: try TestSupport.address(address), at: moment(now))
    }

    func prove(_ mac: UInt64, from address: String, at now: Int) throws -> SecurePhoneTable.Change {
        try state.prove(
            .mac(MACAddress(mac)), on: Self.outside, from: try TestSupport.address(address), at: moment(now))
    }

    func register(_ mac: UInt64, from address: String, port: UInt16, at now: Int) throws -> Bool {
        state.register(
            .mac(MACAddress(mac)), on: Self.outside, from: try TestSupport.address(address), port: port, at: moment(now)
        )
    }

    func isVerified(_ mac: UInt64, at address: String, on interface: InterfaceIndex = outside) throws -> Bool {
        state.isVerified(.mac(MACAddress(mac)), on: interface, at: try TestSupport.address(address))
    }

    func find(_ mac: UInt64) -> SecurePhone? { state.find(.mac(MACAddress(mac)), on: Self.outside) }

    /// Those whose time is over.
    func expired(at now: Int) -> [UInt64] {
        var expired: [UInt64] = []
        while let phone = state.nextExpired(moment(now)) { expired.append(phone.device.mac?.value ?? 0) }
        return expired.sorted()
    }

    var table: SecurePhoneTable { state }

    private func moment(_ seconds: Int) -> Timestamp { Timestamp(seconds: Int64(seconds)) }
}

private typealias Refusal = SecurePhoneTable.Refusal

@Suite struct SecurePhoneTests {
    private let home = "69.181.112.219"
    private let away = "98.208.25.87"

    @Test func aRequestMakesAnEntryWithoutRights() throws {
        let phones = Phones()
        #expect(try phones.request(1, from: home, at: 0) == .created)
        let phone = try #require(phones.find(1))
        #expect(phone.port == 0 && !phone.isVerified && phone.idle(at: Timestamp(seconds: 96)) == 96)
        #expect(try !phones.isVerified(1, at: home))
        #expect(try !phones.register(1, from: home, port: 10_889, at: 1), "no port without a proof")
        #expect(phones.find(1)?.port == 0)
    }

    @Test func aProofGivesRightsThereAndNowhereElse() throws {
        let phones = Phones()
        #expect(try phones.request(1, from: home, at: 0) == .created)
        #expect(try phones.prove(1, from: home, at: 1) == .refreshed)
        #expect(try phones.isVerified(1, at: home))
        #expect(try !phones.isVerified(1, at: away))
        #expect(try !phones.isVerified(1, at: home, on: InterfaceIndex(2)))
        #expect(try !phones.isVerified(2, at: home))
        #expect(try phones.register(1, from: home, port: 10_889, at: 2))
        #expect(try !phones.register(1, from: away, port: 1, at: 2))
        #expect(phones.find(1)?.port == 10_889)
    }

    /// CVE-2014-0739; ASA 337009.
    @Test func aRequestNeverDisplacesAVerifiedPhone() throws {
        let phones = Phones()
        _ = try phones.prove(1, from: home, at: 0)
        #expect(try phones.register(1, from: home, port: 10_889, at: 0))
        let here = try address(home)
        #expect(throws: Refusal.alreadyConfigured(here)) { try phones.request(1, from: away, at: 1) }
        #expect(try phones.isVerified(1, at: home) && phones.find(1)?.port == 10_889)
        #expect(phones.table.counters.alreadyConfigured == 1)
        #expect(try phones.request(1, from: away, at: 1, on: InterfaceIndex(2)) == .created, "another interface")
    }

    @Test func anUnverifiedEntryFollowsItsLatestRequest() throws {
        let phones = Phones()
        _ = try phones.request(1, from: home, at: 0)
        #expect(try phones.request(1, from: away, at: 1) == .moved(try address(home)))
        #expect(phones.find(1)?.address == (try address(away)))
        #expect(phones.table.count == 1)
    }

    @Test func aProofMovesAVerifiedPhone() throws {
        let phones = Phones()
        _ = try phones.prove(1, from: home, at: 0)
        #expect(try phones.register(1, from: home, port: 10_889, at: 0))
        #expect(try phones.prove(1, from: away, at: 1) == .moved(try address(home)))
        #expect(try phones.isVerified(1, at: away) && !phones.isVerified(1, at: home))
        #expect(phones.find(1)?.port == 0, "registered over another connection")
        #expect(phones.table.counters.moved == 1)
    }

    @Test func manyPhonesLiveAtOneAddress() throws {
        let phones = Phones()
        for mac: UInt64 in [3, 1, 2] { _ = try phones.request(mac, from: home, at: 0) }
        _ = try phones.request(4, from: "10.0.0.1", at: 0)
        #expect(phones.table.all.map { $0.device.mac?.value } == [4, 1, 2, 3])
    }

    @Test func silentPhonesExpireAndOthersStay() throws {
        let phones = Phones(idle: 60)
        for mac: UInt64 in 1...3 { _ = try phones.request(mac, from: home, at: 0) }
        _ = try phones.prove(2, from: home, at: 10)
        _ = try phones.prove(3, from: home, at: 10)
        #expect(phones.expired(at: 59).isEmpty)
        #expect(phones.expired(at: 62) == [1])
        #expect(try phones.register(3, from: home, port: 5, at: 65))
        #expect(phones.expired(at: 72) == [2])
        #expect(phones.expired(at: 120).isEmpty)
        #expect(phones.expired(at: 127) == [3])
        #expect(phones.table.count == 0 && phones.table.mostUsed == 3 && phones.table.counters.expired == 3)
    }

    /// A phone that boots has asked for its CTL file when the proof of its last life runs out.
    @Test func aPhoneThatBootsLosesItsRightsAndNotItsEntry() throws {
        let phones = Phones(idle: 60)
        _ = try phones.prove(1, from: home, at: 0)
        #expect(try phones.register(1, from: home, port: 9, at: 0))
        #expect(try phones.request(1, from: home, at: 50) == .refreshed)
        #expect(try phones.isVerified(1, at: home))
        #expect(phones.expired(at: 62) == [1])
        let phone = try #require(phones.find(1))
        #expect(!phone.isVerified && phone.port == 0 && phone.idle(at: Timestamp(seconds: 62)) == 12)
        #expect(phones.expired(at: 109).isEmpty)
        #expect(phones.expired(at: 112) == [1])
        #expect(phones.find(1) == nil)
    }

    /// Whoever spoofs requests must not keep a phone's rights alive.
    @Test func requestsDoNotProlongRights() throws {
        let phones = Phones(idle: 60)
        _ = try phones.prove(1, from: home, at: 0)
        for second in 1...6 { _ = try phones.request(1, from: home, at: second * 10) }
        _ = phones.expired(at: 62)
        #expect(try !phones.isVerified(1, at: home))
    }

    /// However long a timeout is configured for registered phones.
    @Test func aMereRequestLastsFiveMinutesAtMost() throws {
        let phones = Phones(idle: 86_400)
        _ = try phones.request(1, from: home, at: 0)
        _ = try phones.prove(2, from: home, at: 0)
        #expect(phones.expired(at: 301) == [1])
        #expect(phones.expired(at: 86_000).isEmpty)
    }

    @Test func aFullTableRefusesRequestsAndMakesRoomForProofs() throws {
        let phones = Phones(phones: 3)
        for mac: UInt64 in 1...3 { _ = try phones.request(mac, from: home, at: Int(mac)) }
        #expect(throws: Refusal.limitReached) { try phones.request(4, from: home, at: 5) }
        #expect(try phones.request(1, from: home, at: 6) == .refreshed, "known phones go on")
        #expect(try phones.prove(4, from: home, at: 7) == .created)
        #expect(phones.find(2) == nil && phones.table.counters.evicted == 1, "asked the longest ago")
        _ = try phones.prove(1, from: home, at: 8)
        _ = try phones.prove(3, from: home, at: 8)
        #expect(throws: Refusal.limitReached) { try phones.prove(5, from: home, at: 9) }
        #expect(phones.table.counters.limitReached == 2)
        #expect(phones.table.count == 3 && phones.table.mostUsed == 3)
        #expect(phones.expired(at: 400) == [1, 3, 4])
        #expect(try phones.request(5, from: home, at: 401) == .created)
    }

    /// Ten thousand moves of a few devices: verified is only who has proved it, within the timeout, at that address.
    @Test func agreesWithAModel() throws {
        struct Proof: Equatable {
            var address: String
            var time: Int
        }
        var generator = SeededGenerator(seed: 21)
        let phones = Phones(phones: 8, idle: 40)
        var proofs: [UInt64: Proof] = [:]
        let addresses = [home, away, "10.0.0.1"]
        var refused = 0
        for step in 0..<10_000 {
            let mac = UInt64.random(in: 1...12, using: &generator)
            let from = addresses.randomElement(using: &generator) ?? home
            for gone in phones.expired(at: step) { proofs[gone] = nil }
            switch generator.next() % 8 {
            case 0:
                do {
                    _ = try phones.prove(mac, from: from, at: step)
                    proofs[mac] = Proof(address: from, time: step)
                } catch { refused += 1 }
            case 1:
                if try phones.register(mac, from: from, port: 7, at: step) {
                    #expect(proofs[mac]?.address == from)
                    proofs[mac]?.time = step
                }
            default:
                do { _ = try phones.request(mac, from: from, at: step) } catch { refused += 1 }
            }
            let proved = try proofs.filter { try phones.isVerified($0.key, at: $0.value.address) }
            let verified = phones.table.all.filter(\.isVerified)
            guard proved == proofs, verified.count == proofs.count, phones.table.count <= 8,
                proofs.values.allSatisfy({ step - $0.time < 42 })
            else {
                Issue.record("step \(step): proofs \(proofs), verified \(verified)")
                return
            }
        }
        #expect(refused > 100 && phones.table.counters.evicted > 0)
    }
}
