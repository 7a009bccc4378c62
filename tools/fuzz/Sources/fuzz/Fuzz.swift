import CLibFuzzer
import FuzzTargets
import Glibc

/// `FUZZ_TARGET=name fuzz [libFuzzer options] CORPUS…` fuzzes: the command line is libFuzzer's. `FUZZ_SEEDS=folder fuzz`
/// writes the seeds.
@main
struct Fuzz {
    static let target: FuzzTarget? = unsafe getenv("FUZZ_TARGET").flatMap { name in
        unsafe FuzzTarget.named(String(cString: name))
    }

    static func main() {
        if let corpus = unsafe getenv("FUZZ_SEEDS") {
            unsafe Seeds.write(into: String(cString: corpus))
            return
        }
        guard target != nil else {
            print("FUZZ_TARGET must be one of: \(FuzzTarget.all.map(\.name).joined(separator: ", "))")
            exit(2)
        }
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
        let status = unsafe LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            unsafe Fuzz.run(UnsafeBufferPointer(start: data, count: size))
            return 0
        }
        exit(status)
    }

    static func run(_ input: UnsafeBufferPointer<UInt8>) {
        guard let promise = unsafe target?.brokenPromise(input.span) else { return }
        // The fuzzer keeps the input of a process that aborts.
        print("broken promise: \(promise)")
        abort()
    }
}
