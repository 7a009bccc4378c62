import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Trust

/// The list that `ctl-file` describes: who is in it, who signs it, and when it changes.
@Suite struct TrustListBuilderTests {
    private let site: PhoneFileSite
    private let noon = Timestamp(seconds: 1_700_000_000)

    init() throws { site = try PhoneFileSite.shared.get() }

    /// What stands in for the state directory.
    private struct Shelf {
        var identities: [String: TrustStore.Identity] = [:]

        subscript(name: String) -> PhoneFileSite.Holder? {
            get { nil }
            set {
                identities[name] = newValue.map {
                    TrustStore.Identity(name: name, certificate: $0.certificate, privateKey: $0.key)
                }
            }
        }

        mutating func loseKey(_ name: String) {
            guard let identity = identities[name] else { return }
            identities[name] = TrustStore.Identity(name: name, certificate: identity.certificate, privateKey: nil)
        }
    }

    private var shelf: Shelf {
        var shelf = Shelf()
        shelf["_internal_myctl_SAST_0"] = site.sast0
        shelf["_internal_myctl_SAST_1"] = site.sast1
        shelf["_internal_PP_myctl"] = site.proxy
        shelf["cucm_tftp_server"] = site.capf
        return shelf
    }

    private func definition(_ entries: CTLFileDefinition.RecordEntry...) -> CTLFileDefinition {
        var definition = CTLFileDefinition(name: "myctl")
        definition.isShutdown = false
        definition.entries = entries
        return definition
    }

    private func entry(
        _ role: CTLFileDefinition.Role, _ address: String = "10.10.0.26", domain: String? = nil
    ) throws -> CTLFileDefinition.RecordEntry {
        let address = try #require(IPAddress(address))
        return CTLFileDefinition.RecordEntry(
            role: role, trustpoint: "cucm_tftp_server", address: address, domainName: domain)
    }

    private func build(
        _ definition: CTLFileDefinition, _ shelf: Shelf, cluster: TrustList? = nil, previous: [UInt8]? = nil,
        at time: Timestamp? = nil
    ) throws -> TrustListBuilder.Result {
        try TrustListBuilder(definition) { shelf.identities[$0] }
            .build(cluster: cluster, previous: previous, time: time ?? noon)
    }

    /// `ROLE NAME ADDRESS COMMON-NAME`, a line a record.
    private func summary(_ bytes: [UInt8]) throws -> [String] {
        try TrustList.verify(bytes).records.map { record in
            let name = record.dnsName?.description ?? "-"
            let address = (record.address ?? []).map(String.init).joined(separator: ".")
            let subject = record.subjectName?.description.split(separator: ";").first ?? "-"
            return "\(record.role.rawValue) \(name.isEmpty ? "-" : name) \(address) \(subject)"
        }
    }

    @Test("one server for calls and files: Example 1")
    func exampleOne() throws {
        let result = try build(definition(try entry(.cucmTFTP)), shelf)
        #expect(
            try summary(result.bytes) == [
                "0 - 0.0.0.0 CN=sast-0", "0 - 0.0.0.0 CN=sast-1", "2 10.10.0.26 10.10.0.26 CN=proxy",
                "2 10.10.0.26 10.10.0.26 CN=capf",
            ])
        let list = try TrustList.verify(result.bytes, fileName: "CTLSEP001122334455.tlv")
        #expect(list.header.version == .trustList)
        #expect(list.header.digest == .sha1)
        #expect(list.header.timestamp == 1_700_000_000)
        #expect(list.header.signer.name.description.hasPrefix("CN=sast-0;"))
        #expect(!result.isKept)
        #expect(result.warnings.isEmpty)
    }

    @Test("every address under which phones see a server leads to the box's own certificate first")
    func addresses() throws {
        let definition = try definition(
            entry(.capf, "10.10.0.9"), entry(.cucm, "10.10.0.26"), entry(.tftp, "10.10.0.24"),
            entry(.cucm, "10.10.0.26"),
            entry(.cucm, "10.10.0.27"))
        let records = try TrustList.verify(build(definition, shelf).bytes).records
        let proxy = Label(site.proxy.certificate.subject.cucmName)
        for address in ["10.10.0.26", "10.10.0.24", "10.10.0.27"] {
            let first = records.first { $0.dnsName == Label(address) }
            #expect(first?.subjectName == proxy)
            #expect(first?.role == .ccmTFTP)
        }
        #expect(records.map(\.role.rawValue) == [0, 0, 2, 2, 2, 4, 1, 3, 1])
        #expect(!records.contains { $0.dnsName == Label("10.10.0.9") && $0.subjectName == proxy })
    }

    @Test("a domain name is appended to the common name; phones find the box by address all the same")
    func domainName() throws {
        let result = try build(definition(try entry(.cucm, domain: "example.com")), shelf)
        #expect(
            try summary(result.bytes).suffix(2) == [
                "2 10.10.0.26 10.10.0.26 CN=proxy", "1 capf.example.com 10.10.0.26 CN=capf",
            ])
    }

    @Test("a .sgn that the box signs is believed under its list")
    func signedFile() throws {
        var definition = definition(try entry(.cucmTFTP))
        definition.digest = .sha512
        let list = try TrustList.verify(build(definition, shelf).bytes)
        #expect(list.header.digest == .sha512)
        let file = try site.file("a.xml.sgn", [1, 2, 3])
        #expect(PhoneFileSite.rejection(file: file, with: list, fileName: "a.xml.sgn") == nil)
    }

    @Test("a list stays as it is, byte by byte, until something in it changes")
    func kept() throws {
        let definition = definition(try entry(.cucmTFTP))
        let first = try build(definition, shelf).bytes
        let later = try build(definition, shelf, previous: first, at: noon.adding(seconds: 86_400))
        #expect(later.isKept)
        #expect(later.bytes == first)
        var changed = definition
        changed.entries.append(try entry(.capf))
        let next = try build(changed, shelf, previous: first, at: noon.adding(seconds: 86_400))
        #expect(!next.isKept)
        let list = try TrustList.verify(next.bytes, installed: TrustList.verify(first))
        #expect(list.header.timestamp == 1_700_086_400)
        changed.digest = .sha512
        #expect(try !build(changed, shelf, previous: next.bytes).isKept)
    }

    @Test("time never goes back, whatever the clock says")
    func time() throws {
        let first = try build(definition(try entry(.cucmTFTP)), shelf).bytes
        let next = try build(definition(try entry(.cucm)), shelf, previous: first, at: noon.adding(seconds: -500))
        #expect(try TrustList.verify(next.bytes).header.timestamp == 1_700_000_000)
    }

    @Test("a damaged list is made anew, and that is said")
    func damaged() throws {
        var damaged = try build(definition(try entry(.cucmTFTP)), shelf).bytes
        damaged[damaged.count - 1] ^= 1
        let result = try build(definition(try entry(.cucmTFTP)), shelf, previous: damaged)
        #expect(!result.isKept)
        #expect(result.warnings.count == 1)
        #expect(PhoneFileSite.rejection(list: result.bytes) == nil)
    }

    @Test("when the first SAST's key is gone, the second signs, and phones take the list")
    func secondSAST() throws {
        let definition = definition(try entry(.cucmTFTP))
        let first = try build(definition, shelf).bytes
        var shelf = shelf
        shelf.loseKey("_internal_myctl_SAST_0")
        let next = try build(definition, shelf, previous: first)
        let list = try TrustList.verify(next.bytes, installed: TrustList.verify(first))
        #expect(list.header.signer.name.description.hasPrefix("CN=sast-1;"))
        // Back again, it changes nothing: the second goes on.
        #expect(try build(definition, self.shelf, previous: next.bytes).isKept)
        shelf.loseKey("_internal_myctl_SAST_1")
        #expect(throws: TrustError.self) { try build(definition, shelf) }
    }

    @Test("on a new box with one SAST imported and the other made afresh, the imported one signs", arguments: [0, 1])
    func recovery(imported: Int) throws {
        let definition = definition(try entry(.cucmTFTP))
        let installed = try TrustList.verify(build(definition, shelf).bytes)
        var shelf = shelf
        let fresh = try PhoneFileSite.Holder("fresh", at: noon)
        shelf["_internal_myctl_SAST_\(1 - imported)"] = fresh
        shelf["_internal_PP_myctl"] = try PhoneFileSite.Holder("new-proxy", at: noon)
        let result = try build(definition, shelf)
        #expect(PhoneFileSite.rejection(list: result.bytes, installed: installed) == nil)
    }

    @Test("when no SAST of the list before is left, phones will not take the new one, and that is said")
    func lostSASTs() throws {
        let definition = definition(try entry(.cucmTFTP))
        let first = try build(definition, shelf).bytes
        var shelf = shelf
        shelf["_internal_myctl_SAST_0"] = try PhoneFileSite.Holder("new-0", at: noon)
        shelf["_internal_myctl_SAST_1"] = try PhoneFileSite.Holder("new-1", at: noon)
        let result = try build(definition, shelf, previous: first)
        #expect(result.warnings.count == 1)
        #expect(
            PhoneFileSite.rejection(list: result.bytes, installed: try TrustList.verify(first)) == .signerNotInstalled)
    }

    @Test("what can not be made says why")
    func refusals() throws {
        let good = definition(try entry(.cucmTFTP))
        var shut = good
        shut.isShutdown = true
        #expect(throws: TrustError("ctl-file myctl is shut down; no shutdown makes the list")) {
            try build(shut, shelf)
        }
        var lonely = good
        lonely.entries = [try entry(.capf)]
        #expect(throws: TrustError.self) { try build(lonely, shelf) }
        var empty = shelf
        empty.identities["cucm_tftp_server"] = nil
        #expect(throws: TrustError("ctl-file myctl: trustpoint cucm_tftp_server has no certificate")) {
            try build(good, empty)
        }
        var large = good
        large.entries = try (0..<90).map { try entry(.cucm, "10.10.1.\($0)") }
        #expect(throws: TrustError.self) { try build(large, shelf) }
    }

    @Test("a cluster's list brings its servers, and not its SASTs")
    func cluster() throws {
        var bare = TrustRecord(role: .ccm)
        bare.address = [10, 10, 0, 30]
        let records = try [
            site.stranger.record(.sast), site.stranger.record(.ccmTFTP, "10.10.0.28", .anyV4),
            site.capf.record(.capf, "10.10.0.9", IPAddress(v4: 0x0a0a_0009)), bare,
        ]
        let file = try site.list(records, by: site.stranger)
        let list = try ClusterList.read(file, path: "disk0:/old.tlv")
        let result = try build(definition(), shelf, cluster: list)
        #expect(
            try summary(result.bytes) == [
                "0 - 0.0.0.0 CN=sast-0", "0 - 0.0.0.0 CN=sast-1", "2 10.10.0.28 10.10.0.28 CN=proxy",
                "2 10.10.0.30 10.10.0.30 CN=proxy", "2 10.10.0.28 0.0.0.0 CN=stranger", "4 10.10.0.9 10.10.0.9 CN=capf",
            ])
    }

    @Test("a cluster's list that does not verify is refused with the reason")
    func badCluster() throws {
        var file = try site.list()
        file[200] ^= 1
        #expect(throws: TrustError("cluster-ctl-file old.tlv: the signature is not this signer's over these bytes")) {
            try ClusterList.read(file, path: "old.tlv")
        }
    }

    @Test(
        "where a cluster's list is",
        arguments: [
            ("disk0:/old_ctlfile.tlv", "/state/old_ctlfile.tlv"), ("flash:/a/old.tlv", "/state/a/old.tlv"),
            ("old.tlv", "/state/old.tlv"), ("/tmp/old.tlv", "/tmp/old.tlv"), ("disk0:/CTLFile.tlv", nil),
            ("/tmp/ctlfile.TLV", nil), ("disk0:CTLFile.tlv", nil),
        ] as [(String, String?)])
    func clusterPath(path: String, place: String?) throws {
        #expect((try? ClusterList.path(path, stateDirectory: "/state")) == place)
    }
}
