import COpenSSL

extension X509Object {
    /// What the certificate has for its key, without the algorithm around it (RFC 5280 4.1.2.7): `RSAPublicKey` for RSA,
    /// the point for an elliptic curve. That is what a record of a trust list has, whatever kind of key it is.
    ///
    /// This file is one of the thin wrappers around C.
    var publicKeyBits: [UInt8] { unsafe asn1Bytes(X509_get0_pubkey_bitstr(pointer)) }
}
