import Box
import Glibc
import Testing
import Wire

@testable import labphone

/// Phones that boot from a server on 127.0.0.1.
@Suite struct FleetTests {
    private static let first = DeviceName(mac: 0x0011_2233_4400)

    private func files(_ devices: [DeviceName]) -> [String: ScriptedServer.Behaviour] {
        var files: [String: ScriptedServer.Behaviour] = [:]
        for device in devices {
            let name = device.configurationName + ".sgn"
            files[device.trustListName] = .file(ToyTrustList.list())
            files[name] = .file(ToyTrustList.signed(name, phoneDocument(servers: ["10.10.0.26", device.description])))
        }
        return files
    }

    private func boot(
        _ devices: [DeviceName], from server: ScriptedServer,
        _ change: (inout Fleet<ToyTrustList>.Settings) -> Void = { _ in }
    ) throws -> [BootReport] {
        var settings = Fleet<ToyTrustList>.Settings(server: server.endpoint)
        settings.download.retransmitAfter = 0.05
        settings.download.timeout = 10
        change(&settings)
        var reports: [BootReport] = []
        let phones = devices.map { Fleet<ToyTrustList>.Phone(device: $0, model: .sccp7970) }
        let fleet = try Fleet<ToyTrustList>(phones, settings) { reports.append($0) }
        try fleet.run()
        return reports
    }

    @Test func manyPhonesBootAtOnceAndEachGetsItsOwnFile() throws {
        let devices = (0..<300).map { Self.first.advanced(by: $0) }
        try ScriptedServer.serve(files(devices)) { server in
            let reports = try boot(devices, from: server) { $0.parallel = 50 }
            #expect(reports.count == 300)
            #expect(Set(reports.map(\.device)) == Set(devices))
            for report in reports {
                #expect(report.outcome == .booted, "\(report.text)")
                #expect(report.callServers.last?.name == report.device.description)
            }
        }
    }

    @Test func aBadLinkDelaysPhonesAndStopsNone() throws {
        let devices = (0..<40).map { Self.first.advanced(by: $0) }
        try ScriptedServer.serve(files(devices)) { server in
            let reports = try boot(devices, from: server) {
                $0.parallel = 40
                $0.faults = .init(loss: 0.1, delay: 0.002, reorder: 0.1, reorderHold: 0.1, seed: 3)
            }
            #expect(reports.allSatisfy { $0.outcome == .booted })
            let retransmissions = reports.flatMap(\.files).reduce(0) { $0 + $1.retransmissions }
            #expect(retransmissions > 0)
        }
    }

    @Test func aLateAnswerAndASilentServerAreToldApart() throws {
        let late = Self.first
        let silent = Self.first.advanced(by: 1)
        let files: [String: ScriptedServer.Behaviour] = [
            late.trustListName: .late(ToyTrustList.list(), requests: 2), silent.trustListName: .silence,
            late.configurationName + ".sgn": .error(0, "not now"),
        ]
        try ScriptedServer.serve(files) { server in
            let reports = try boot([late, silent], from: server) {
                $0.parallel = 2
                $0.download.timeout = 1
            }
            let outcomes = Dictionary(uniqueKeysWithValues: reports.map { ($0.device, $0.outcome) })
            #expect(outcomes == [late: .transferError, silent: .timeout])
            #expect(server.requests.count { $0 == late.trustListName } == 3)
        }
    }

    @Test func aPhoneRemembersItsListAndRefusesAnother() throws {
        let folder = "/tmp/phoneproxy-labphone-\(getpid())"
        defer { for name in ["\(Self.first).tlv", ""] { unsafe remove("\(folder)/\(name)") } }
        func boot(signer: String) throws -> BootReport? {
            var files = files([Self.first])
            files[Self.first.trustListName] = .file(ToyTrustList.list(signer: signer))
            var reports: [BootReport] = []
            try ScriptedServer.serve(files) { server in
                reports = try self.boot([Self.first], from: server) { $0.folders.stateDirectory = folder }
            }
            return reports.first
        }
        #expect(try boot(signer: "sast")?.trustList == .installed)
        #expect(try boot(signer: "sast")?.trustList == .unchanged)
        let refused = try boot(signer: "stranger")
        #expect(refused?.trustList == .kept)
        #expect(refused?.outcome == .listRefused)
        #expect(try boot(signer: "sast")?.trustList == .unchanged)
    }
}
