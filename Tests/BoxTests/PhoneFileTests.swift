import ConfigLanguage
import TestSupport
import Testing
import Trust
import Wire

@testable import Box

/// From a configuration to files that phones believe, and what the commands say about them.
@Suite struct PhoneFileTests {
    private let folder: TemporaryFolder
    private let noon = Timestamp(seconds: 1_700_000_000)

    init() throws { folder = try TemporaryFolder() }

    /// The part of Example 1 that is about trust.
    private func configuration(_ change: (inout CTLFileDefinition) -> Void = { _ in }) -> Configuration {
        var configuration = Configuration()
        configuration.keyPairs["cucmtftp_kp"] = KeyPairDeclaration(label: "cucmtftp_kp", modulus: 1024)
        var server = Trustpoint(name: "cucm_tftp_server")
        server.enrollment = .selfSigned
        server.keyPair = "cucmtftp_kp"
        server.isEnrolled = true
        configuration.trustpoints[server.name] = server
        var list = CTLFileDefinition(name: "myctl")
        list.isShutdown = false
        list.entries = [
            .init(role: .cucmTFTP, trustpoint: "cucm_tftp_server", address: IPAddress(v4: 0x0a0a_001a))
        ]
        change(&list)
        configuration.ctlFiles[list.name] = list
        return configuration
    }

    private func prepare(_ configuration: Configuration) throws -> PhoneFiles {
        try PhoneFiles.prepare(configuration, stateDirectory: folder.file("state"), at: noon)
    }

    @Test func aSecondStartGivesTheSameBytes() throws {
        let first = try prepare(configuration())
        #expect(!first.made.isEmpty)
        #expect(first.warnings.isEmpty)
        let again = try PhoneFiles.prepare(
            configuration(), stateDirectory: folder.file("state"), at: noon.adding(seconds: 3600))
        #expect(again.list == first.list)
        #expect(again.made.isEmpty)
        #expect(again.signer.identity == first.signer.identity)
    }

    @Test func whatTheSignerSignsIsBelievedUnderTheList() throws {
        let files = try prepare(configuration())
        let list = try TrustList.verify(files.list)
        let signed = try SignedFile.make(name: "a.xml.sgn", body: [1, 2, 3], signer: files.signer, time: noon)
        #expect(try SignedFile.verify(signed, with: list, fileName: "a.xml.sgn").header.digest == .sha1)
        #expect(list.records.map(\.role) == [.sast, .sast, .ccmTFTP, .ccmTFTP])
    }

    @Test func aClustersListIsFoundInTheStateDirectory() throws {
        let cluster = try prepare(configuration()).list
        _ = try folder.write("state/old.tlv", cluster)
        let files = try prepare(
            configuration { list in
                list.entries = []
                list.clusterFile = "disk0:/old.tlv"
            })
        // What the cluster has and the box has too is there once.
        #expect(try TrustList.verify(files.list, installed: TrustList.verify(cluster)).records.count == 4)
        _ = try folder.write("state/old.tlv", Array(cluster.dropLast()))
        let error = #expect(throws: TrustError.self) {
            try prepare(configuration { $0.clusterFile = "disk0:/old.tlv" })
        }
        #expect(error?.description.hasPrefix("cluster-ctl-file disk0:/old.tlv: record 4: ") == true)
    }

    @Test func withoutAListThereIsNothingToPrepare() throws {
        let reasons = [
            (Configuration(), "the configuration has no ctl-file"),
            (configuration { $0.isShutdown = true }, "ctl-file myctl is shut down; no shutdown makes its list"),
            (configuration { $0.clusterFile = "disk0:/CTLFile.tlv" }, "cluster-ctl-file disk0:/CTLFile.tlv"),
            (configuration { $0.clusterFile = "disk0:/absent.tlv" }, "\(folder.file("state"))/absent.tlv"),
        ]
        for (configuration, reason) in reasons {
            let error = #expect(throws: TrustError.self) { try prepare(configuration) }
            #expect(error?.description.hasPrefix(reason) == true, "\(error?.description ?? "")")
        }
    }

    @Test func theListIsShownAsUnifiedCMShowsIt() throws {
        let path = try folder.write("CTLFile.tlv", prepare(configuration()).list)
        let text = try PhoneFileCommands.show(path, json: false)
        let lines = Set(text.split(separator: "\n").map(String.init))
        for line in [
            "The CTL File was last modified on Tue Nov 14 22:13:20 UTC 2023", "Version:\t1.2",
            "8\tDIGESTALGORITHM\t1\tSHA-1", "14\tFILENAME\t12\tCTLFile.tlv", "CTL Record #:4",
            "4\tFUNCTION\t2\tSystem Administrator Security Token", "4\tFUNCTION\t2\tCCM+TFTP",
            "2\tDNSNAME\t\t11\t10.10.0.26", "10\tIPADDRESS\t4\t10.10.0.26",
            "This etoken was used to sign the CTL file.", "This etoken was not used to sign the CTL file.",
        ] {
            #expect(lines.contains(line), "\(line)\n\(text)")
        }
        #expect(text.hasSuffix("The CTL file was verified successfully."))
    }

    @Test func theListAsJSONSaysTheSame() throws {
        var list = try prepare(configuration()).list
        let json = try PhoneFileCommands.show(folder.write("CTLFile.tlv", list), json: true)
        for member in [
            "\"fileName\": \"CTLFile.tlv\"", "\"timestamp\": 1700000000", "\"function\": \"CCM+TFTP\"",
            "\"functionCode\": 2", "\"address\": \"10.10.0.26\"", "\"verified\": true", "\"reason\": null",
        ] {
            #expect(json.contains(member), "\(member)")
        }
        list[list.count - 1] ^= 1
        let damaged = try PhoneFileCommands.show(folder.write("CTLFile.tlv", list), json: true)
        #expect(damaged.contains("\"verified\": false"))
        #expect(damaged.contains("\"reason\": \"the signature is not this signer's over these bytes\""))
    }

    @Test func commandsSayWhyNot() throws {
        let files = try prepare(configuration())
        let list = try folder.write("CTLFile.tlv", files.list)
        let body = try folder.write("a.xml", [1, 2, 3])
        let signed = try folder.write("a.xml.sgn", PhoneFileCommands.sign(body, as: "a.xml.sgn", files))
        let verdict = try PhoneFileCommands.verifyFile(signed, list: list, fileName: "a.xml.sgn")
        #expect(verdict.hasPrefix("\(signed): verified, 3 bytes of a.xml.sgn, signed by CN="))
        #expect(throws: TrustError("\(signed): rejected: signed for the name a.xml.sgn, not for b.xml.sgn")) {
            try PhoneFileCommands.verifyFile(signed, list: list, fileName: "b.xml.sgn")
        }
        #expect(throws: TrustError.self) { try PhoneFileCommands.verifyFile(signed, list: signed, fileName: nil) }
        #expect(throws: TrustError.self) { try PhoneFileCommands.show(body, json: false) }
        #expect(throws: TrustError.self) { try PhoneFileCommands.show(folder.file("absent"), json: false) }
        #expect(throws: TrustError.self) {
            try PhoneFileCommands.verifyList(signed, installed: nil, fileName: nil)
        }
        #expect(
            try PhoneFileCommands.verifyList(list, installed: list, fileName: "CTLFile.tlv")
                .hasPrefix("\(list): verified, 4 records, signed by CN="))
    }
}
