import Trust

/// Key pairs that tests share: making one takes longer than most tests.
enum TestKeys {
    static let small = Result { () throws -> PrivateKey in try PrivateKey.generateRSA(bits: 1024) }
    static let usual = Result { () throws -> PrivateKey in try PrivateKey.generateRSA(bits: 2048) }
}
