import ConfigLanguage
import Inspection
import Synchronization
import Testing
import Trust
import Wire

@testable import Box

@Suite struct ErrandDeskTests {
    /// What came back, in the order of its coming.
    private final class Results: Sendable {
        private let all = Mutex<[String]>([])

        func note(_ id: UInt64, _ outcome: Errand.Outcome) {
            let text =
                switch outcome {
                case .signed(let bytes): "\(id) signed \(bytes.count)"
                case .resolved(let address): "\(id) resolved \(address)"
                case .failed(let reason): "\(id) failed: \(reason)"
                }
            all.withLock { $0.append(text) }
        }

        func wait(for count: Int) async throws -> [String] {
            for _ in 0..<500 where all.withLock({ $0.count }) < count { try await Task.sleep(for: .milliseconds(10)) }
            return all.withLock { $0 }
        }
    }

    private func errand(_ id: UInt64, _ name: String, _ body: [UInt8] = [1, 2, 3]) -> Errand {
        Errand(id: id, kind: .sign(name: name, body: body, time: .zero))
    }

    @Test func signsInOrder() async throws {
        let signer = Signing { name, body, _ throws(TrustError) in
            if name == "bad" { throw TrustError("no such key") }
            return body + body
        }
        let results = Results()
        let desk = try ErrandDesk(signer: signer, dns: DNSSettings()) { results.note($0, $1) }
        desk.give([errand(1, "a"), errand(2, "bad"), errand(3, "b", [])])
        #expect(try await results.wait(for: 3) == ["1 signed 6", "2 failed: no such key", "3 signed 0"])
        desk.stop()
    }

    @Test func saysWhatItCanNotDo() async throws {
        let results = Results()
        let desk = try ErrandDesk(signer: nil, dns: DNSSettings()) { results.note($0, $1) }
        desk.give([errand(1, "a"), Errand(id: 2, kind: .resolve(host: "cucm"))])
        let expected = ["1 failed: there is no key to sign with", "2 failed: dns domain-lookup is not configured"]
        #expect(try await results.wait(for: 2) == expected)
        desk.stop()
    }

    @Test func asksTheServersOfTheConfiguration() async throws {
        var dns = DNSSettings()
        dns.lookupInterfaces = ["inside"]
        // Nobody serves names there: what comes back is a refusal, in time.
        dns.servers = [IPAddress(v4: 0x7f00_0002)]
        dns.timeout = 1
        dns.retries = 0
        let results = Results()
        let desk = try ErrandDesk(signer: nil, dns: dns) { results.note($0, $1) }
        desk.give([Errand(id: 7, kind: .resolve(host: "cucm.example.com"))])
        let told = try await results.wait(for: 1)
        #expect(told.first?.hasPrefix("7 failed: ") == true)
        desk.stop()
    }

    @Test func stopsWithWorkLeft() async throws {
        let begun = Mutex(0)
        let signer = Signing { _, body, _ throws(TrustError) in
            begun.withLock { $0 += 1 }
            return body
        }
        let desk = try ErrandDesk(signer: signer, dns: DNSSettings()) { _, _ in }
        desk.give((0..<4000).map { errand($0, "file") })
        desk.stop()
        let count = begun.withLock { $0 }
        try await Task.sleep(for: .milliseconds(20))
        #expect(begun.withLock { $0 } == count, "nothing goes on after the end")
    }

    @Test func takesNoMoreThanItCanHold() {
        let queue = WorkQueue<Int>(limit: 2)
        let taken = [queue.put(1), queue.put(2), queue.put(3)]
        #expect(taken == [true, true, false])
        #expect(queue.take() == 1)
        #expect(queue.put(4))
        queue.close()
        #expect(!queue.put(5))
        #expect(queue.take() == nil)
    }

    @Test func doesARecordingsErrandsAtOnce() {
        let immediate = ImmediateErrands(signer: Signing { _, body, _ in body })
        guard case .signed([9]) = immediate.outcome(of: .sign(name: "n", body: [9], time: .zero)) else {
            Issue.record("not signed")
            return
        }
        guard case .failed = immediate.outcome(of: .resolve(host: "h")) else {
            Issue.record("names were looked up")
            return
        }
    }
}
