import Box
import Glibc
import Testing
import Wire

@testable import labphone

/// Skinny phones and their call manager in one thread, over 127.0.0.1, without media.
@Suite struct SkinnyFleetTests {
    private static let loopback = IPAddress(v4: 0x7f00_0001)
    private static let first = DeviceName(mac: 0x001d_a210_0000)

    /// A port that was free a moment ago.
    private func freePort() throws -> UInt16 { try BoundSocket(Endpoint(Self.loopback, 0)).local.port }

    /// What the fleet has said, by the first member of each object, and whether all was well.
    private func run(
        _ phones: Int, calls: Int = 0, _ change: (inout CallFleet<SkinnyPhone>.Settings) -> Void
    ) throws -> (said: [(String, JSONValue)], isWell: Bool) {
        var call = CallSettings()
        call.media = .none
        call.seconds = 0.05
        call.timeout = 5
        var settings = CallFleet<SkinnyPhone>.Settings(calls: call)
        settings.registrationRate = 1000
        settings.areInPairs = true
        settings.limitSeconds = 20
        change(&settings)
        var said: [(String, JSONValue)] = []
        let fleet = try CallFleet<SkinnyPhone>(settings, CallPlan(calls: calls, simultaneous: 10, rate: 100)) {
            if case .object(let members) = $0, let first = members.first { said.append(first) }
        }
        let bound = Endpoint(Self.loopback, try freePort())
        var manager = CallManager.Settings(bound: bound)
        manager.first = Self.first
        manager.devices = phones
        let server = try CallManager(fleet.loop, manager) { _ in }
        for place in 0..<phones {
            let user = String(1000 + place)
            let phone = SkinnyPhone(
                fleet.loop, user: user, device: Self.first.advanced(by: place).description,
                SkinnyPhone.Settings(servers: [bound], address: Self.loopback), call, fleet.ears)
            fleet.add(phone, user: user)
        }
        let isWell = try fleet.run()
        #expect(server.strayAcks == 0 && server.outOfOrder == 0 && server.refusals == 0)
        return (said, isWell)
    }

    private func member(_ key: String, of value: JSONValue?) -> JSONValue? {
        guard case .object(let members) = value else { return nil }
        return members.first { $0.0 == key }?.1
    }

    private func numbers(_ value: JSONValue?, _ keys: [String]) -> [Int64?] {
        keys.map { if case .integer(let number) = member($0, of: value) { number } else { nil } }
    }

    private func longest(_ key: String, in value: JSONValue?) -> Double? {
        if case .decimal(let seconds) = member("longest", of: member(key, of: value)) { seconds } else { nil }
    }

    @Test func pairsCallEachOtherAndTellHowLongTheCallerWaited() throws {
        let (said, isWell) = try run(6, calls: 3) { $0.registeringAtOnce = 1 }
        #expect(isWell)
        let summary = said.first { $0.0 == "summary" }?.1
        #expect(numbers(summary, ["phones", "registered", "calls", "completed"]) == [6, 6, 6, 6])
        // One after the other: it rings, is answered, and media is known.
        let ring = try #require(longest("ringSeconds", in: summary))
        let answer = try #require(longest("setUpSeconds", in: summary))
        let media = try #require(longest("mediaSeconds", in: summary))
        #expect(0 < ring && ring < answer && answer < media && media < 5)
        #expect(!said.contains { $0.0 == "round" || $0.0 == "settled" })
    }

    @Test func callsAreMadeByOrderAndEachRoundIsTold() throws {
        var ends: [Int32] = [0, 0]
        try #require(unsafe pipe(&ends) == 0)
        defer { close(ends[1]) }
        let orders = Array("calls 2\nend\n".utf8)
        try #require(unsafe write(ends[1], orders, orders.count) == orders.count)
        let (said, isWell) = try run(4) { $0.ordersFrom = ends[0] }
        #expect(isWell)
        let order = said.map(\.0).filter { ["settled", "round", "summary"].contains($0) }
        #expect(order == ["settled", "round", "summary"])
        #expect(numbers(said.first { $0.0 == "settled" }?.1, ["registered"]) == [4])
        #expect(numbers(said.first { $0.0 == "round" }?.1, ["calls", "completed"]) == [4, 4])
    }

    @Test func whoIsOrderedNothingCallsNobody() throws {
        var ends: [Int32] = [0, 0]
        try #require(unsafe pipe(&ends) == 0)
        close(ends[1])
        let (said, isWell) = try run(2) { $0.ordersFrom = ends[0] }
        #expect(isWell)
        #expect(numbers(said.first { $0.0 == "summary" }?.1, ["registered", "calls"]) == [2, 0])
        #expect(!said.contains { $0.0 == "round" })
    }
}
