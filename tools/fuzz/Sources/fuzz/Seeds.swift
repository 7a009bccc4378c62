import FuzzTargets
import Glibc

/// Writes every target's seeds as files, into a folder per target.
enum Seeds {
    static func write(into corpus: String) {
        for target in FuzzTarget.all {
            let folder = "\(corpus)/\(target.name)"
            unsafe mkdir(folder, 0o755)
            for seed in target.seeds() { write(seed.bytes, to: "\(folder)/\(seed.name)") }
        }
    }

    private static func write(_ bytes: [UInt8], to path: String) {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        let written = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
        guard written == bytes.count, close(file) == 0 else {
            print("cannot write \(path)")
            exit(1)
        }
    }
}
