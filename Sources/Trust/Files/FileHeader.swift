import ConfigLanguage
import Wire

/// The header that trust lists and signed files share. Everything in the file is signed but the SIGNATURE field.
public struct FileHeader: Hashable, Sendable {
    /// Who signed, in the words of its certificate: what a phone looks for in its trust list.
    public struct Signer: Hashable, Sendable {
        public var name: Label
        /// As in a record: most significant byte first, without a sign byte.
        public var serialNumber: [UInt8]
        public var issuer: Label
    }

    public struct Version: Hashable, Sendable {
        public var major: UInt8
        public var minor: UInt8

        /// What Unified CM writes into its lists.
        public static let trustList = Version(major: 1, minor: 2)
        public static let signedFile = Version(major: 1, minor: 0)
    }

    public var version: Version
    /// Bytes, padding included: where the records or the body start.
    public var length: Int
    /// Only some tools write it; it says nothing to phones of the 79xx series.
    public var signerVersion: Version?
    public var signer: Signer
    public var digest: SignatureDigest
    /// The SIGNATURE field with its tag and length: what is not signed.
    public var signatureField: Range<Int>
    public var fileName: Label
    /// Seconds since 1970-01-01 00:00 UTC; firmware has none.
    public var timestamp: UInt32?

    public var signature: Range<Int> { signatureField.dropFirst(FieldReader.headSize) }
}

extension FileHeader.Version: CustomStringConvertible {
    public var description: String { "\(major).\(minor)" }
}

/// How long the parts of these files may be.
public enum FileLimits {
    /// VERSION and HEADERLENGTH.
    static let headerStart = 10
    /// The longest file name that a phone can ask for (``TFTPRequest/maximumFilenameLength``), and its terminator.
    static let fileName = 1...TFTPRequest.maximumFilenameLength + 1
    static let name = 1...4096
    /// RFC 5280 section 4.1.2.2 allows 20 bytes; some authorities took more.
    static let serialNumber = 1...64
    static let signature = 64...512
    /// A trust list that is read, bytes.
    public static let readList = 1 << 20
    /// A trust list that is made, bytes: phones fail on larger ones.
    public static let madeList = 65_535
    public static let records = 512
    /// A file to sign, or to verify: none that a phone asks for unsigned comes near.
    public static let signedFile = 64 << 20
}
