import TestSupport

/// The `openssl` command, which knows nothing of this project's code.
func openssl(_ arguments: String..., stdin input: [UInt8] = []) throws -> ProcessOutput {
    try processOutput(["openssl"] + arguments, stdin: input)
}
