import TestSupport
import Wire

/// One end of a TFTP transfer in a test: where it sits, and the messages it sends to the other end.
struct TFTPHost {
    let box: TestBox
    let interface: String
    /// Its own address and port, as it knows them.
    var own: Endpoint
    /// The other end, as this one knows it.
    var peer: Endpoint

    init(_ box: TestBox, on interface: String = "", _ own: String, to peer: String) throws {
        self.box = box
        self.interface = interface
        self.own = try endpoint(own)
        self.peer = try endpoint(peer)
    }

    @discardableResult
    func send(_ message: [UInt8], isCut: Bool = false) -> TestBox.Outcome {
        box.send(datagram(message), on: interface, isCut: isCut)
    }

    func datagram(_ message: [UInt8]) -> [UInt8] {
        PacketBuilder(from: own.address, to: peer.address).udp(from: own.port, to: peer.port, message)
    }

    @discardableResult
    func read(_ file: String, _ options: TFTPBytes.Options = []) -> TestBox.Outcome {
        send(TFTPBytes.readRequest(file, options: options))
    }

    @discardableResult
    func write(_ file: String, _ options: TFTPBytes.Options = []) -> TestBox.Outcome {
        send(TFTPBytes.writeRequest(file, options: options))
    }

    @discardableResult
    func data(_ block: UInt16, _ length: Int = 512) -> TestBox.Outcome {
        send(TFTPBytes.data(block, [UInt8](repeating: 0x2e, count: length)))
    }

    @discardableResult
    func acknowledge(_ block: UInt16) -> TestBox.Outcome { send(TFTPBytes.acknowledgment(block)) }

    @discardableResult
    func grant(_ options: TFTPBytes.Options) -> TestBox.Outcome { send(TFTPBytes.optionAcknowledgment(options)) }

    @discardableResult
    func fail(_ code: UInt16, _ text: String) -> TestBox.Outcome { send(TFTPBytes.error(code, text)) }

    /// The same host, sending to another port of its peer.
    func to(port: UInt16) -> TFTPHost {
        var host = self
        host.peer = Endpoint(peer.address, port)
        return host
    }

    /// The same host, sending from another port.
    func from(port: UInt16) -> TFTPHost {
        var host = self
        host.own = Endpoint(own.address, port)
        return host
    }
}
