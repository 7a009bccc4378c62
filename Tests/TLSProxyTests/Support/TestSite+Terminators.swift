import TLSProxy
import TLSTestSupport

extension TestSite {
    /// A good phone's connection, before its handshake.
    func phone(
        _ terminator: TLSTerminator, receiveBuffer: Int32? = nil,
        _ change: (inout TestPhone.Options) -> Void = { _ in }
    ) throws -> TestPhone {
        var options = TestPhone.Options()
        options.certificate = pem("phone")
        options.key = key("phone")
        change(&options)
        return try TestPhone(TestSocket(to: terminator.endpoints[0], receiveBuffer: receiveBuffer), options)
    }

    /// A terminator for good phones, and a brain that connects them to `server`.
    func start(
        to server: CallServer?, passesOn: Bool = true, _ change: (inout TerminatorSettings) -> Void = { _ in }
    ) throws -> (terminator: TLSTerminator, brain: TestBrain) {
        var settings = settings(try self.server())
        change(&settings)
        let brain = TestBrain(server.map { UpstreamPlan(to: $0.endpoint) }, passesOn: passesOn)
        return (try brain.start(settings), brain)
    }
}
