/// A number nobody outside can know.
enum RandomSeed {
    static func draw() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
