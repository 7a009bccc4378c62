/// Why a phone must not trust a file.
public enum FileRejection: Error, Hashable, Sendable {
    case malformed(FileFormatError)
    /// A record with a certificate lacks a field that its holder is found or believed by.
    case incompleteRecord(Int, FileFormatError.Field)
    case unreadableCertificate(record: Int, String)
    /// A record's field is not what its certificate says.
    case notOfTheCertificate(record: Int, FileFormatError.Field)
    case unusableKey(record: Int, String)
    /// The header names another file.
    case wrongName(expected: Label, found: Label)
    case noSAST
    /// No SAST record of the list itself is the signer's.
    case signerNotListed
    /// No SAST record of the list that the phone has is the signer's.
    case signerNotInstalled
    /// The list that the phone has knows the signer with another key.
    case otherKeyInstalled
    /// No record of the trust list is the signer's.
    case unknownSigner
    /// The signer is in the trust list, but not as a TFTP server.
    case signerWithoutRole
    case wrongSignature
}

extension FileRejection: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformed(let error): error.description
        case .incompleteRecord(let number, let field): "record \(number): a certificate without \(field.rawValue)"
        case .unreadableCertificate(let number, let reason): "record \(number): CERTIFICATE: \(reason)"
        case .notOfTheCertificate(let number, let field): "record \(number): \(field.rawValue) is not its certificate's"
        case .unusableKey(let number, let reason): "record \(number): PUBLICKEY: \(reason)"
        case .wrongName(let expected, let found): "signed for the name \(found), not for \(expected)"
        case .noSAST: "no record is a SAST's, so nobody may sign this list"
        case .signerNotListed: "the signer is not a SAST of this list"
        case .signerNotInstalled: "the signer is not a SAST of the installed list"
        case .otherKeyInstalled: "the installed list has another key for the signer"
        case .unknownSigner: "the signer is not in the trust list"
        case .signerWithoutRole: "the trust list does not have the signer as TFTP or CCM+TFTP"
        case .wrongSignature: "the signature is not this signer's over these bytes"
        }
    }
}
