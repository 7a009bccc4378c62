import Testing

@testable import labphone

/// Which files a phone asks for, and what it makes of them.
@Suite struct BootSequenceTests {
    private static let device = DeviceName(mac: 0x0011_2233_4455)
    private let ctl = "CTLSEP001122334455.tlv"
    private let plain = "SEP001122334455.cnf.xml"
    private let signed = "SEP001122334455.cnf.xml.sgn"

    private func signedConfiguration(_ document: String = phoneDocument()) -> [UInt8] {
        ToyTrustList.signed(signed, document)
    }

    /// Boots with a server that has `files`, and returns the names asked for and how it went.
    private func boot(
        _ files: [String: [UInt8]], model: PhoneModel = .sccp7970, installed: [UInt8]? = nil, further: [String] = [],
        failures: [String: TFTPDownload.Failure] = [:]
    ) throws -> (names: [String], boot: BootSequence<ToyTrustList>) {
        let list = try installed.map { try ToyTrustList(installed: $0) }
        var boot = BootSequence(Self.device, model, installed: list, furtherFiles: further)
        var names: [String] = []
        while let name = boot.nextFile, names.count < 20 {
            names.append(name)
            let missing = failures[name] ?? .refused(code: 1, message: "File not found")
            boot.finish(.init(result: files[name].map { .success($0) } ?? .failure(missing)))
        }
        return (names, boot)
    }

    @Test func takesTheFirstListOnTrustAndAsksForSignedFiles() throws {
        let (names, boot) = try boot([ctl: ToyTrustList.list(), signed: signedConfiguration()])
        #expect(names == [ctl, signed])
        #expect(boot.report.outcome == .booted)
        #expect(boot.report.trustList == .installed)
        #expect(boot.report.files.map(\.isVerified) == [true, true])
        #expect(boot.report.securityMode == "3")
        #expect(boot.accepted == Array(phoneDocument().utf8))
    }

    @Test func aListWithoutASignerOfFilesAsksForUnsignedOnes() throws {
        let (names, boot) = try boot([
            ctl: ToyTrustList.list(signs: false), plain: Array(phoneDocument().utf8),
        ])
        #expect(names == [ctl, plain])
        #expect(boot.report.files.map(\.isVerified) == [true, nil])
    }

    @Test func aSiteWithoutAListIsNotAFailure() throws {
        let (names, boot) = try boot([plain: Array(phoneDocument(securityMode: 1).utf8)])
        #expect(names == [ctl, plain])
        #expect(boot.report.outcome == .booted)
        #expect(boot.report.trustList == .none)
    }

    @Test func aSecureConfigurationWithoutAListIsOfNoUse() throws {
        let (_, boot) = try boot([plain: Array(phoneDocument().utf8)])
        #expect(boot.report.outcome == .configurationError)
    }

    @Test(arguments: [
        ("sast", BootReport.TrustListState.unchanged, BootOutcome.booted),
        ("stranger", .kept, .listRefused),
    ])
    func anInstalledListDecidesAboutTheNext(
        signer: String, state: BootReport.TrustListState, outcome: BootOutcome
    ) throws {
        let (names, boot) = try boot(
            [ctl: ToyTrustList.list(signer: signer), signed: signedConfiguration()], installed: ToyTrustList.list())
        #expect(names == [ctl, signed])
        #expect(boot.report.trustList == state)
        #expect(boot.report.outcome == outcome)
        #expect(boot.trustList?.bytes == ToyTrustList.list())
    }

    @Test func aListWithOtherRecordsReplacesTheInstalledOne() throws {
        let new = ToyTrustList.list(servers: "10.10.0.27")
        let (_, boot) = try boot([ctl: new, signed: signedConfiguration()], installed: ToyTrustList.list())
        #expect(boot.report.trustList == .updated)
        #expect(boot.trustList?.bytes == new)
        #expect(boot.report.outcome == .serverNotListed)
    }

    @Test func aRefusedFirstListLeavesThePhoneWithoutOne() throws {
        let (names, boot) = try boot([ctl: [1, 2, 3], plain: Array(phoneDocument(securityMode: 1).utf8)])
        #expect(names == [ctl, plain])
        #expect(boot.report.outcome == .listRefused)
        #expect(boot.report.files.first?.reason == "not a list")
    }

    @Test func aConfigurationUnderAnotherNameIsNotUsed() throws {
        let other = ToyTrustList.signed("SEP00000000000A.cnf.xml.sgn", phoneDocument())
        let (_, boot) = try boot([ctl: ToyTrustList.list(), signed: other], further: ["RINGLIST.xml"])
        #expect(boot.report.outcome == .fileRefused)
        #expect(boot.report.files.map(\.name) == [ctl, signed])
        #expect(boot.report.files.last?.isVerified == false)
        #expect(boot.accepted == nil)
    }

    @Test func fetchesWhatTheConfigurationNamesAndWhatItIsTold() throws {
        let document = phoneDocument(further: ["SK1.xml", "RINGLIST.xml"])
        let (names, boot) = try boot(
            [
                ctl: ToyTrustList.list(), signed: signedConfiguration(document),
                "RINGLIST.xml.sgn": ToyTrustList.signed("RINGLIST.xml.sgn", "<a/>"),
                "SK1.xml.sgn": ToyTrustList.signed("SK1.xml.sgn", "<b/>"),
            ], further: ["RINGLIST.xml"])
        #expect(names == [ctl, signed, "RINGLIST.xml.sgn", "SK1.xml.sgn"])
        #expect(boot.report.outcome == .booted)
    }

    @Test(arguments: [
        (TFTPDownload.Failure.timeout, BootOutcome.timeout), (.refused(code: 0, message: "no"), .transferError),
        (.refused(code: 1, message: "none"), .fileNotFound), (.protocolError("odd"), .transferError),
    ])
    func withoutItsConfigurationThePhoneStopsThere(failure: TFTPDownload.Failure, outcome: BootOutcome) throws {
        let (names, boot) = try boot([ctl: ToyTrustList.list()], further: ["a.xml"], failures: [signed: failure])
        #expect(names == [ctl, signed])
        #expect(boot.report.outcome == outcome)
    }

    @Test func aSilentServerIsGivenUpAfterTheTrustList() throws {
        let (names, boot) = try boot([:], failures: [ctl: .timeout])
        #expect(names == [ctl])
        #expect(boot.report.outcome == .timeout)
    }

    @Test func oneListedCallServerIsEnough() throws {
        let document = phoneDocument(servers: ["ccm2.example", "10.10.0.26"])
        let (_, boot) = try boot([ctl: ToyTrustList.list(), signed: signedConfiguration(document)])
        #expect(boot.report.outcome == .booted)
        #expect(
            boot.report.callServers == [
                .init(name: "ccm2.example", isListed: false), .init(name: "10.10.0.26", isListed: true),
            ])
    }

    @Test(arguments: [(1, BootOutcome.booted), (2, .serverNotListed), (3, .serverNotListed)])
    func noListedCallServerIsAFailureForASecurePhone(mode: Int, outcome: BootOutcome) throws {
        let document = phoneDocument(servers: ["192.0.2.101"], securityMode: mode)
        let (_, boot) = try boot([ctl: ToyTrustList.list(), signed: signedConfiguration(document)])
        #expect(boot.report.outcome == outcome)
        #expect(boot.report.callServers == [.init(name: "192.0.2.101", isListed: false)])
    }

    @Test(arguments: [([String](), BootOutcome.booted), (["SK1.xml"], .fileNotFound)])
    func aFileThatOnlyTheConfigurationNamesMayBeMissing(asked: [String], outcome: BootOutcome) throws {
        let document = phoneDocument(further: ["SK1.xml"])
        let (names, boot) = try boot([ctl: ToyTrustList.list(), signed: signedConfiguration(document)], further: asked)
        #expect(names == [ctl, signed, "SK1.xml.sgn"])
        #expect(boot.report.outcome == outcome)
    }

    @Test(arguments: [
        (PhoneModel.sip7961, phoneDocument(transport: 4), BootOutcome.configurationError),
        (.sip7961, phoneDocument(transport: nil), .configurationError),
        (.sip7961, phoneDocument(transport: 3), .booted),
        (.sccp7970, phoneDocument(transport: 4), .booted),
        (.sccp7970, phoneDocument(deviceProtocol: "SIP"), .configurationError),
        (.sip7961, phoneDocument(deviceProtocol: "SIP"), .booted),
        (.sccp7960, "<device>", .configurationError),
        (.sccp7960, "<Default></Default>", .configurationError),
    ])
    func theConfigurationHasToFitThePhone(model: PhoneModel, document: String, outcome: BootOutcome) throws {
        let (_, boot) = try boot([ctl: ToyTrustList.list(), signed: signedConfiguration(document)], model: model)
        #expect(boot.report.outcome == outcome)
    }

    @Test func theReportHasTheKeysThatScriptsRead() throws {
        let (_, boot) = try boot([ctl: ToyTrustList.list(), signed: signedConfiguration()])
        let line = boot.report.json.compact
        #expect(line.hasPrefix(#"{"mac":"SEP001122334455","outcome":"booted","#))
        for key in ["files", "name", "bytes", "seconds", "retransmissions", "verified", "reason", "servers", "listed"] {
            #expect(line.contains("\"\(key)\":"), "no \(key) in \(line)")
        }
    }
}
