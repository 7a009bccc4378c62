import Trust

/// A phone's boot: which file it asks for next, and what it makes of each. It neither sends nor verifies by itself.
///
/// The trust list comes first. A list with a certificate that can sign files makes the phone ask for its configuration, and
/// for all that follows, as `NAME.sgn`.
struct BootSequence<List: PhoneTrustList> {
    /// How a file's transfer ended.
    struct Transfer {
        var result: Result<[UInt8], TFTPDownload.Failure>
        var seconds = 0.0
        var retransmissions = 0
    }

    private enum Step: Equatable {
        case trustList
        case configuration
        /// Plain name, without `.sgn`. One that only the configuration names can be missing: the phone does without.
        case further(String, isOptional: Bool)

        var isOptional: Bool { if case .further(_, isOptional: true) = self { true } else { false } }
    }

    private let model: PhoneModel
    private(set) var report: BootReport
    /// What the phone holds: from an earlier boot, or new.
    private(set) var trustList: List?
    /// What the last file has in it, once verified; `nil` when it is not used.
    private(set) var accepted: [UInt8]?
    private var steps: [Step]

    /// - Parameter furtherFiles: plain names, beside those that the configuration names.
    init(_ device: DeviceName, _ model: PhoneModel, installed: List?, furtherFiles: [String] = []) {
        self.model = model
        report = BootReport(device: device)
        trustList = installed
        if installed != nil { report.trustList = .kept }
        steps = [.trustList, .configuration] + furtherFiles.map { .further($0, isOptional: false) }
    }

    /// The file to fetch; `nil` when the boot is over.
    var nextFile: String? {
        steps.first.map { step in
            switch step {
            case .trustList: report.device.trustListName
            case .configuration: signedName(report.device.configurationName)
            case .further(let name, _): signedName(name)
            }
        }
    }

    private func signedName(_ name: String) -> String { trustList?.signsFiles == true ? name + ".sgn" : name }

    /// Takes what has become of ``nextFile``.
    mutating func finish(_ transfer: Transfer) {
        guard let step = steps.first, let name = nextFile else { return }
        steps.removeFirst()
        accepted = nil
        var file = BootReport.File(name: name)
        file.seconds = transfer.seconds
        file.retransmissions = transfer.retransmissions
        report.seconds += transfer.seconds
        switch transfer.result {
        case .success(let contents):
            file.bytes = contents.count
            use(contents, step, &file)
        case .failure(let failure):
            file.reason = Self.reason(failure)
            lose(step, failure)
        }
        report.files.append(file)
    }

    private static func reason(_ failure: TFTPDownload.Failure) -> String {
        switch failure {
        case .timeout: BootOutcome.timeout.rawValue
        case .refused(let code, let message): "TFTP error \(code): \(message)"
        case .protocolError(let what): what
        }
    }

    private mutating func lose(_ step: Step, _ failure: TFTPDownload.Failure) {
        let isNotFound = if case .refused(code: 1, _) = failure { true } else { false }
        // A site without security has no list, and not every site has the files that its configurations name.
        if isNotFound, step == .trustList || step.isOptional { return }
        report.fail(isNotFound ? .fileNotFound : failure == .timeout ? .timeout : .transferError)
        // A phone that can not get its list or its configuration begins again.
        if step == .trustList || step == .configuration { steps = [] }
    }

    private mutating func use(_ contents: [UInt8], _ step: Step, _ file: inout BootReport.File) {
        if step == .trustList { return install(contents, &file) }
        guard let body = verified(contents, &file) else {
            report.fail(.fileRefused)
            if step == .configuration { steps = [] }
            return
        }
        accepted = body
        if step == .configuration { configure(body, &file) }
    }

    private mutating func install(_ contents: [UInt8], _ file: inout BootReport.File) {
        do throws(TrustError) {
            let list = try List(verifying: contents, installed: trustList, digests: model.digests)
            report.trustList =
                if let trustList { trustList.bytes == list.bytes ? .unchanged : .updated } else { .installed }
            trustList = list
            file.isVerified = true
            accepted = contents
        } catch {
            file.isVerified = false
            file.reason = error.description
            report.fail(.listRefused)
        }
    }

    /// The file without its signature; without a list that vouches for files, the file as it is.
    private func verified(_ contents: [UInt8], _ file: inout BootReport.File) -> [UInt8]? {
        guard let trustList, trustList.signsFiles else { return contents }
        do throws(TrustError) {
            let body = try trustList.verify(contents, named: file.name, digests: model.digests)
            file.isVerified = true
            return body
        } catch {
            file.isVerified = false
            file.reason = error.description
            return nil
        }
    }

    private mutating func configure(_ body: [UInt8], _ file: inout BootReport.File) {
        do throws(XMLScanner.Failure) {
            let configuration = try ConfigurationFile(body)
            report.securityMode = configuration.securityMode
            if let complaint = configuration.complaint(from: model, hasTrustList: trustList != nil) {
                return refuse(complaint, &file)
            }
            check(configuration.callServers, isSecure: configuration.isSecure)
            let known = steps
            let named = configuration.furtherFiles.filter { !known.contains(.further($0, isOptional: false)) }
            steps += named.map { .further($0, isOptional: true) }
        } catch {
            refuse(error.description, &file)
        }
    }

    private mutating func refuse(_ reason: String, _ file: inout BootReport.File) {
        file.reason = reason
        report.fail(.configurationError)
        steps = []
    }

    /// A secure phone registers with no server but those of its trust list. One that is listed will do: the others stand
    /// by.
    private mutating func check(_ servers: [String], isSecure: Bool) {
        guard let trustList else { return }
        report.callServers = servers.map { .init(name: $0, isListed: trustList.listsCallServer($0)) }
        if isSecure, !report.callServers.contains(where: \.isListed) { report.fail(.serverNotListed) }
    }
}
