/// The keys and certificates that the box has, as its state folder holds them.
///
/// A value: what is asked of it is what was there when it was read, or changed through it. Every change is on disk before
/// it is in the value.
public struct TrustStore: Sendable {
    /// What a trustpoint stands for: the box's own certificate and key, or an authority's certificate.
    public struct Identity: Hashable, Sendable {
        public let name: String
        public let certificate: Certificate
        /// `nil` for an authority, and for a certificate whose key pair is lost.
        public let privateKey: PrivateKey?

        public static func == (left: Identity, right: Identity) -> Bool {
            left.name == right.name && left.certificate == right.certificate
                && (left.privateKey == nil) == (right.privateKey == nil)
        }

        public func hash(into hasher: inout Hasher) {
            hasher.combine(name)
            hasher.combine(certificate)
        }
    }

    let folder: StateFolder
    /// By label.
    public internal(set) var keyPairs: [String: PrivateKey] = [:]
    /// The box's own certificates, by trustpoint.
    public internal(set) var identities: [String: Certificate] = [:]
    /// The certificates of others, by trustpoint.
    public internal(set) var authorities: [String: Certificate] = [:]
    /// When a key pair was made, by label; seconds since 1970.
    var keyTimes: [String: Int64] = [:]

    /// Opens the store, and makes its folder unless it is there.
    public init(directory: String) throws(TrustError) {
        try self.init(folder: try StateFolder(directory))
    }

    init(folder: StateFolder) throws(TrustError) {
        self.folder = folder
        try load()
    }

    /// `nil` when the trustpoint has no certificate. Where it has both, its own goes before the authority's.
    public func trustpoint(named name: String) -> Identity? {
        if let certificate = identities[name] {
            let key = label(of: certificate.publicKey).flatMap { keyPairs[$0] }
            return Identity(name: name, certificate: certificate, privateKey: key)
        }
        return authorities[name].map { Identity(name: name, certificate: $0, privateKey: nil) }
    }

    /// The label of the key pair of which `key` is the public part.
    func label(of key: PublicKey) -> String? {
        keyPairs.filter { $0.value.publicKey == key }.keys.min()
    }

    /// Reads everything again. One file that cannot be read is the end of it: a box that goes on without one of its keys
    /// would make another in its place.
    mutating func load() throws(TrustError) {
        (keyPairs, identities, authorities, keyTimes) = ([:], [:], [:], [:])
        for fileName in try folder.names() {
            guard let item = StoredItem(fileName: fileName), let contents = try folder.read(fileName) else { continue }
            do throws(TrustError) {
                switch item.kind {
                case .key:
                    keyPairs[item.name] = try PrivateKey(pem: contents)
                    keyTimes[item.name] = folder.lastWritten(fileName)
                case .identity: identities[item.name] = try Certificate(pem: contents)
                case .authority: authorities[item.name] = try Certificate(pem: contents)
                }
            } catch { throw TrustError("\(folder.path)/\(fileName): \(error)") }
        }
    }

    mutating func store(
        _ key: PrivateKey, label: String, _ writer: borrowing StateWriter
    ) throws(TrustError) {
        let fileName = try StoredItem(.key, label).fileName()
        try writer.write(fileName, key.pem)
        keyPairs[label] = key
        keyTimes[label] = folder.lastWritten(fileName)
    }

    mutating func store(
        identity certificate: Certificate, of trustpoint: String, _ writer: borrowing StateWriter
    ) throws(TrustError) {
        try writer.write(try StoredItem(.identity, trustpoint).fileName(), certificate.pem)
        identities[trustpoint] = certificate
    }

    mutating func store(
        authority certificate: Certificate, of trustpoint: String, _ writer: borrowing StateWriter
    ) throws(TrustError) {
        try writer.write(try StoredItem(.authority, trustpoint).fileName(), certificate.pem)
        authorities[trustpoint] = certificate
    }
}
