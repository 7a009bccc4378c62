import ArgumentParser
import Box
import ConfigLanguage
import Trust

/// The ASA's commands about trustpoints, on a state directory: the box reads it when it starts.
struct Crypto: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Keys and certificates in a state directory.", subcommands: [Authority.self])

    struct Authority: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ca", abstract: "enroll, authenticate, export and import, as crypto ca on an ASA.",
            subcommands: [Enroll.self, Authenticate.self, Export.self, Import.self])
    }

    struct State: ParsableArguments {
        @Option(help: "The state directory of the box.")
        var state: String

        func change(_ body: (inout TrustStore) throws(TrustError) -> String) throws {
            try PhoneFileOutput.print { () throws(TrustError) in
                var store = try TrustStore(directory: state)
                return try body(&store)
            }
        }

        /// A passphrase on the command line is seen by everybody on the machine, so it comes in a file.
        static func passphrase(_ path: String) throws(TrustError) -> String {
            let text = String(decoding: try PhoneFileOutput.input(path), as: UTF8.self)
            guard let line = text.split(whereSeparator: \.isNewline).first else {
                throw TrustError("\(path): holds no passphrase")
            }
            return String(line)
        }
    }

    struct Enroll: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make every key and certificate that a configuration declares and that is missing.")

        @OptionGroup var state: State

        @Option(help: "The configuration file.")
        var config: String

        func run() throws {
            let configuration = try LoadedConfiguration.valid(config)
            try state.change { store throws(TrustError) in
                let enrollment = try store.bring(configuration, at: WallClock.now)
                return (enrollment.made.map { "made: \($0)" } + enrollment.problems.map { "warning: \($0)" })
                    .joined(separator: "\n")
            }
        }
    }

    struct Authenticate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a trustpoint the certificate of an authority, or of a call server: crypto ca authenticate.")

        @OptionGroup var state: State

        @Argument(help: "The trustpoint.")
        var trustpoint: String

        @Argument(help: "The certificate: PEM, base 64, or DER; - is standard input.")
        var file: String

        func run() throws {
            try state.change { store throws(TrustError) in
                try store.authenticate(trustpoint, text: try PhoneFileOutput.input(file))
            }
        }
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a trustpoint's certificate, or its certificate and key as PKCS #12: crypto ca export.")

        @OptionGroup var state: State

        @Argument(help: "The trustpoint, such as _internal_myctl_SAST_0.")
        var trustpoint: String

        @Flag(help: "The certificate alone, in PEM.")
        var identityCertificate = false

        @Option(
            help: ArgumentHelp("PKCS #12, under the passphrase in this file; - is standard input.", valueName: "file"))
        var pkcs12: String?

        func validate() throws {
            guard identityCertificate != (pkcs12 != nil) else {
                throw ValidationError("Either --identity-certificate or --pkcs12.")
            }
        }

        func run() throws {
            try state.change { store throws(TrustError) in
                guard let pkcs12 else { return try store.exportIdentityCertificate(trustpoint) }
                return try store.exportPKCS12(trustpoint, passphrase: try State.passphrase(pkcs12))
            }
        }
    }

    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take in what was exported elsewhere as PKCS #12: crypto ca import.",
            discussion:
                "Recovers a CTL file's signers on a new box: import every _internal_NAME_SAST_N before it starts.")

        @OptionGroup var state: State

        @Argument(help: "The trustpoint.")
        var trustpoint: String

        @Argument(help: "The export: PEM, base 64, or DER.")
        var file: String

        @Option(help: ArgumentHelp("The file with the passphrase; - is standard input.", valueName: "file"))
        var pkcs12: String

        func run() throws {
            try state.change { store throws(TrustError) in
                try store.importPKCS12(
                    trustpoint, text: try PhoneFileOutput.input(file), passphrase: try State.passphrase(pkcs12))
            }
        }
    }
}
