import Wire

/// What becomes of a phone's read request.
enum PhoneRequestAnswer: Hashable {
    /// The box serves the file.
    case serve
    /// The request goes on to the server, and is inspected as any other transfer.
    case pass
    case refuse(PhoneRequestDenial)
}

/// Why a phone's request is refused at once.
enum PhoneRequestDenial: Hashable {
    /// Nobody on the phones' side puts files on the server.
    case write
    /// A phone that has a trust list asks for a signed file.
    case unsigned
    /// A kind of file that phones trust, but that the box has none of; the server's own is not passed on.
    case notServed
    case noTrustList
    /// A transfer mode that no file is sent in.
    case mode

    var reason: DropReason {
        switch self {
        case .write: .phoneProxyWriteRequest
        case .unsigned: .phoneProxyUnsignedRequest
        case .notServed: .phoneProxyFileNotServed
        case .noTrustList: .phoneProxyNoTrustList
        case .mode: .inspectionFailed
        }
    }

    var code: TFTPErrorCode {
        switch self {
        case .write, .unsigned: .accessViolation
        case .notServed, .noTrustList: .fileNotFound
        case .mode: .illegalOperation
        }
    }

    /// What the phone is told.
    var text: String {
        switch self {
        case .write: "Write request refused"
        case .unsigned: "phone requesting for unsigned config file"
        case .notServed: "File not found"
        case .noTrustList: "No CTL file"
        case .mode: "Mode not supported"
        }
    }

    func event(_ request: PhoneFileRequest) -> PhoneProxyEvent {
        switch self {
        case .write: .writeRefused(request)
        case .unsigned: .unsignedRequest(request)
        case .noTrustList: .noTrustList(request)
        case .notServed, .mode: .notServed(request)
        }
    }

    func count(_ counters: inout PhoneProxyCounters) {
        switch self {
        case .write: counters.writeRequests &+= 1
        case .unsigned: counters.unsignedRequests &+= 1
        case .noTrustList: counters.noTrustList &+= 1
        case .notServed, .mode: counters.notServed &+= 1
        }
    }
}

extension PhoneFileName {
    /// - Parameter hasTrustList: the box has a trust list to give.
    func answer(hasTrustList: Bool) -> PhoneRequestAnswer {
        switch kind {
        case .trustList: hasTrustList ? .serve : .refuse(.noTrustList)
        // The server's lists name the server's keys: a phone that took one would not trust the box any more.
        case .identityTrustList, .otherTrustList: .refuse(.notServed)
        case .configuration: .refuse(.unsigned)
        case .signedConfiguration, .signed: .serve
        // Signed by the call server, whose key the box's trust list does not name, and closed to any change.
        case .encryptedConfiguration: .refuse(.notServed)
        // Firmware and what goes with it is signed by Cisco.
        case .other: .pass
        }
    }

    var isTrustList: Bool {
        if case .trustList = kind { true } else { false }
    }

    var isConfiguration: Bool {
        if case .signedConfiguration = kind { true } else { false }
    }

    var eventKind: PhoneProxyEvent.FileKind {
        switch kind {
        case .trustList, .identityTrustList, .otherTrustList: .ctl
        case .configuration, .signedConfiguration, .encryptedConfiguration: .configuration
        case .signed, .other: .other
        }
    }
}
