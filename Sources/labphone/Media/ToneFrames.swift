import Glibc

/// A sine wave in G.711 µ-law as 50 frames of 20 ms, one second, after which it begins again. The frames of a frequency that
/// shares no factor with 50 all differ, so that a frame tells its place in the second.
struct ToneFrames {
    static let frameBytes = 160
    static let count = 50

    let frequency: Int
    let frames: [[UInt8]]
    private let places: [[UInt8]: Int]

    init(frequency: Int) {
        self.frequency = frequency
        let samples = (0..<Self.count * Self.frameBytes).map { index in
            let angle = 2 * Double.pi * Double(frequency) * Double(index) / 8000
            return Self.muLaw(Int(16_000 * sin(angle)))
        }
        frames = (0..<Self.count).map { Array(samples[$0 * Self.frameBytes..<($0 + 1) * Self.frameBytes]) }
        places = Dictionary(
            frames.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    /// Which frame this is; `nil` when it is none of the tone's.
    func place(of payload: [UInt8]) -> Int? { places[payload] }

    /// One sample of 16 bits (ITU-T G.711 table 2a, inverted as it goes over the line).
    private static func muLaw(_ sample: Int) -> UInt8 {
        let sign: UInt8 = sample < 0 ? 0x80 : 0
        let magnitude = min(abs(sample), 32_635) + 132
        let exponent = (Int.bitWidth - 1 - magnitude.leadingZeroBitCount) - 7
        let mantissa = UInt8((magnitude >> (exponent + 3)) & 0x0f)
        return ~(sign | UInt8(exponent) << 4 | mantissa)
    }
}
