import ConfigLanguage
import TestSupport
import Wire

/// The two ends of a TFTP transfer: a client inside, a server outside, nothing translated.
struct TFTPEnds {
    let box: TestBox
    let client: TFTPHost
    let server: TFTPHost

    init() throws { try self.init(TestBox(try Configuration.box())) }

    init(_ box: TestBox) throws {
        self.box = box
        client = try TFTPHost(box, on: "inside", "192.0.2.50:50000", to: "203.0.113.9:69")
        server = try TFTPHost(box, on: "outside", "203.0.113.9:1024", to: "192.0.2.50:50000")
    }

    /// The client, speaking to the port that the server has chosen.
    var answering: TFTPHost { client.to(port: 1024) }
}
