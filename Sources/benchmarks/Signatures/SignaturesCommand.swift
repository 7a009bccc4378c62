import ArgumentParser
import Box
import Trust
import Wire

/// Signed files as phones get them: a key of 2048 bits, SHA-1, on one thread.
struct SignaturesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signatures", abstract: "Prints how many files are signed in a second.")

    @Option(help: "Files that are signed.")
    var files = 8000

    @Option(help: "Bytes of each.")
    var size = 8192

    func validate() throws {
        guard (1...1_000_000).contains(files), (0...1 << 20).contains(size) else {
            throw ValidationError("--files is 1 to 1,000,000, --size at most 1,048,576.")
        }
    }

    func run() throws {
        let key = try PrivateKey.generateRSA(bits: 2048)
        let template = CertificateTemplate(subject: try DistinguishedName(x500: "CN=signer"))
        let certificate = try CertificateIssuing.selfSigned(template, key: key, at: .zero)
        let signer = try FileSigner(certificate: certificate, key: key, digest: .sha1)
        let body = [UInt8](repeating: 0x20, count: size)
        var watch = Stopwatch()
        watch.start()
        for place in 0..<files {
            let name = "SEP\(1_000_000 + place).cnf.xml.sgn"
            _ = try SignedFile.make(name: name, body: body, signer: signer, time: .zero)
        }
        watch.stop()
        Console.print("\(Int(Double(files) * 1e9 / Double(max(watch.nanoseconds, 1))))")
    }
}
