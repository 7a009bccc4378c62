import ConfigLanguage
import Trust

/// A trust list in a phone's hands: verified, and what further files are verified by.
protocol PhoneTrustList: Sendable {
    /// Verifies a list that has been fetched.
    ///
    /// - Parameters:
    ///   - installed: the list that the phone holds; it has to know the new one's signer. Without one the phone takes the
    ///     new list on trust, if it is whole and its own signer vouches for it.
    ///   - digests: what the phone can compute.
    init(verifying bytes: [UInt8], installed: Self?, digests: [SignatureDigest]) throws(TrustError)

    /// Reads a list that the phone verified in an earlier boot.
    init(installed bytes: [UInt8]) throws(TrustError)

    /// The file as it came.
    var bytes: [UInt8] { get }

    /// Somebody in the list can sign files: the phone then asks for signed ones only.
    var signsFiles: Bool { get }

    /// A call server has a certificate in the list under this name or address.
    func listsCallServer(_ name: String) -> Bool

    /// Verifies a signed file that was asked for as `name`, and returns what is signed.
    func verify(_ file: [UInt8], named name: String, digests: [SignatureDigest]) throws(TrustError) -> [UInt8]
}
