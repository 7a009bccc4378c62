import ConfigLanguage
import Inspection
import TestSupport
import Wire

/// Where the traffic runs: a call server with TFTP and media inside, one-to-one static translation, phones outside.
struct EngineSite {
    let configuration: Configuration
    let outside: InterfaceIndex
    let inside: InterfaceIndex
    /// The server as it is, and as the outside knows it.
    let real: IPAddress
    let mapped: IPAddress

    private static let text =
        BoxText.network + """
            access-list in extended permit udp any host 10.10.0.26
            access-group in in interface outside

            """ + BoxText.inspection

    init() throws {
        let read = Configuration.read(Self.text, file: "benchmark")
        guard read.isInForce else { throw BenchmarkError("the configuration: \(read.diagnostics)") }
        configuration = read.configuration
        outside = InterfaceIndex(0)
        inside = InterfaceIndex(1)
        real = try address("192.0.2.101")
        mapped = try address("10.10.0.26")
    }
}

/// A benchmark that did not measure what it was to measure.
struct BenchmarkError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
