/// One thing to throw bytes at. To add one: write its two functions in a file of its own in this folder, list it in
/// ``all``, and run `tools/fuzz/seed`; `tools/fuzz/run` and the regression tests find it there.
public struct FuzzTarget: Sendable {
    public struct Seed: Sendable {
        public let name: String
        public let bytes: [UInt8]
    }

    public let name: String
    /// Takes any bytes; returns which promise was broken, if one was. Traps are the fuzzer's to find.
    public let brokenPromise: @Sendable (Span<UInt8>) -> String?
    /// Good inputs to start from, as they stand in `tools/fuzz/corpus`.
    public let seeds: @Sendable () -> [Seed]

    public static let all = [
        FuzzTarget(name: "wire", brokenPromise: { wirePromise($0) }, seeds: { wireSeeds() }),
        FuzzTarget(name: "capture", brokenPromise: { capturePromise($0) }, seeds: { captureSeeds() }),
        FuzzTarget(
            name: "configuration", brokenPromise: { configurationPromise($0) }, seeds: { configurationSeeds() }),
        FuzzTarget(name: "engine", brokenPromise: { enginePromise($0) }, seeds: { engineSeeds() }),
        FuzzTarget(name: "trust-list", brokenPromise: { trustListPromise($0) }, seeds: { FuzzedSite.lists }),
        FuzzTarget(name: "signed-file", brokenPromise: { signedFilePromise($0) }, seeds: { FuzzedSite.files }),
        FuzzTarget(name: "phone-proxy", brokenPromise: { phoneProxyPromise($0) }, seeds: { phoneProxySeeds() }),
        FuzzTarget(name: "sip-session", brokenPromise: { sipSessionPromise($0) }, seeds: { sipSessionSeeds() }),
        FuzzTarget(name: "sip-packet", brokenPromise: { sipPacketPromise($0) }, seeds: { sipPacketSeeds() }),
        FuzzTarget(
            name: "skinny-session", brokenPromise: { skinnySessionPromise($0) }, seeds: { skinnySessionSeeds() }),
        FuzzTarget(name: "tftp", brokenPromise: { tftpPromise($0) }, seeds: { tftpSeeds() }),
        FuzzTarget(name: "skinny", brokenPromise: { skinnyPromise($0) }, seeds: { skinnySeeds() }),
        FuzzTarget(name: "sip", brokenPromise: { sipPromise($0) }, seeds: { sipSeeds() }),
        FuzzTarget(name: "sdp", brokenPromise: { sdpPromise($0) }, seeds: { sdpSeeds() }),
        FuzzTarget(name: "xml", brokenPromise: { xmlPromise($0) }, seeds: { xmlSeeds() }),
        FuzzTarget(name: "phone-file", brokenPromise: { phoneFilePromise($0) }, seeds: { phoneFileSeeds() }),
        FuzzTarget(
            name: "certificate", brokenPromise: { certificatePromise($0) }, seeds: { certificateSeeds() }),
        FuzzTarget(
            name: "tls-handshake", brokenPromise: { tlsHandshakePromise($0) }, seeds: { tlsHandshakeSeeds() }),
        FuzzTarget(
            name: "recorded-tls", brokenPromise: { recordedTLSPromise($0) }, seeds: { recordedTLSSeeds() }),
        FuzzTarget(name: "rtp", brokenPromise: { rtpPromise($0) }, seeds: { rtpSeeds() }),
        FuzzTarget(name: "srtp", brokenPromise: { srtpPromise($0) }, seeds: { srtpSeeds() }),
    ]

    public static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}
