/// Fields of the header of a trust list or a signed file.
enum HeaderTag: UInt8 {
    case version = 1
    case headerLength = 2
    case signerID = 3
    case signerName = 4
    case serialNumber = 5
    case caName = 6
    case signatureInfo = 7
    case digestAlgorithm = 8
    case signatureAlgorithmInfo = 9
    case signatureAlgorithm = 10
    case signatureModulus = 11
    case signature = 12
    /// A lone byte, without length and value.
    case padding = 13
    case fileName = 14
    case timestamp = 15
    case signerVersion = 28

    var field: FileFormatError.Field {
        switch self {
        case .version: .version
        case .headerLength: .headerLength
        case .signerID: .signerID
        case .signerName: .signerName
        case .serialNumber: .serialNumber
        case .caName: .caName
        case .signatureInfo: .signatureInfo
        case .digestAlgorithm: .digestAlgorithm
        case .signatureAlgorithmInfo: .signatureAlgorithmInfo
        case .signatureAlgorithm: .signatureAlgorithm
        case .signatureModulus: .signatureModulus
        case .signature: .signature
        case .padding: .padding
        case .fileName: .fileName
        case .timestamp: .timestamp
        case .signerVersion: .signerVersion
        }
    }
}

/// Fields of a record of a trust list.
enum RecordTag: UInt8 {
    case recordLength = 1
    case dnsName = 2
    case subjectName = 3
    case function = 4
    case issuerName = 5
    case serialNumber = 6
    case publicKey = 7
    case signature = 8
    case certificate = 9
    case ipAddress = 10
    case certificateHash = 11
    case hashAlgorithm = 12

    var field: FileFormatError.Field {
        switch self {
        case .recordLength: .recordLength
        case .dnsName: .dnsName
        case .subjectName: .subjectName
        case .function: .function
        case .issuerName: .issuerName
        case .serialNumber: .serialNumber
        case .publicKey: .publicKey
        case .signature: .signature
        case .certificate: .certificate
        case .ipAddress: .ipAddress
        case .certificateHash: .certificateHash
        case .hashAlgorithm: .hashAlgorithm
        }
    }
}
