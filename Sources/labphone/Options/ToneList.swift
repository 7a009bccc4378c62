import ArgumentParser

/// Tones, as a command line names them.
enum ToneList {
    /// HZ,…
    static func read(_ text: String) throws -> [ToneFrames] {
        let numbers = text.split(separator: ",").map { Int($0) }
        guard !numbers.isEmpty, numbers.count <= 8, numbers.allSatisfy({ (10...3900).contains($0 ?? 0) }) else {
            throw ValidationError("--frequency is up to eight numbers from 10 to 3900")
        }
        return numbers.compactMap { $0.map { ToneFrames(frequency: $0) } }
    }
}
