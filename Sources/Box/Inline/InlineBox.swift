import ConfigLanguage
import Glibc
import Inspection
import MediaTermination
import Netfilter
import SystemCalls
import TLSProxy
import Trust

/// What `run` is asked to do.
public struct InlineRequest: Sendable {
    public var configuration: Configuration
    /// What the configuration was read from.
    public var text: String
    public var stateDirectory: String
    public var controlPath: String
    /// Whom the process becomes when everything is set up.
    public var identity: Privileges.Identity

    public init(
        configuration: Configuration, text: String, stateDirectory: String, controlPath: String,
        identity: Privileges.Identity
    ) {
        self.configuration = configuration
        self.text = text
        self.stateDirectory = stateDirectory
        self.controlPath = controlPath
        self.identity = identity
    }
}

/// Why the box could not start, or had to stop.
public struct InlineError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }

    init(_ error: some Error & CustomStringConvertible) { description = error.description }
}

/// The box between two networks: kernel rules and queues around the engine, and a control socket beside it.
///
/// The calling thread becomes the packet thread; a second one serves the control socket and watches for signals.
public enum InlineBox {
    /// Runs until SIGTERM or SIGINT. `console` gets what is told while it runs, a line at a time.
    public static func run(_ request: InlineRequest, console: @escaping @Sendable (String) -> Void) throws(InlineError)
    {
        let signals = StopSignals()
        var options = try preflight(request.configuration, console)
        try checked { () throws(KernelRulesError) in try KernelRules(request.configuration, options) }
        // What only root may do comes first: sockets in directories of root, and files of the kernel.
        try checked { () throws(FileError) in try StateDirectory.prepare(request.stateDirectory) }
        let phoneFiles = try phoneFiles(request, console)
        var service = try StreamService(request.configuration, phoneFiles?.store)
        let control = try checked { () throws(FileError) in try StateDirectory.controlSocket(request.controlPath) }
        let keeper = try keeper(of: request.controlPath)
        defer { keeper.release() }
        let kernelCounters = try checked { () throws(SystemError) in try KernelQueueCounters() }
        service?.allowConnections()
        try checked { () throws(SystemError) in try Privileges.drop(to: request.identity) }
        try checked { () throws(SelfTest.Failure) in try SelfTest.run(usesNftQueue: options.usesNftQueue) }

        let bell = Bell()
        let hands = try hands(request.configuration, service, bell, console)
        options.terminatorPort = hands.streams?.terminator.endpoints.first?.port
        options.clearTerminatorPort = hands.streams?.terminator.clearEndpoints.first?.port
        let rules = try checked { () throws(KernelRulesError) in try KernelRules(request.configuration, options) }
        let carriesClear = hands.streams?.terminator.clearEndpoints.isEmpty == false
        var worker = try worker(request, rules, phoneFiles, hasStreamHand: carriesClear, console)
        defer { worker.stopHands() }
        try attach(hands, to: &worker, bell)
        var settings = KernelSettings(request.configuration)
        try install(rules, &settings)
        defer { remove(&settings, console) }
        let interpreter = CommandInterpreter(
            request.configuration, text: request.text, phoneFiles: phoneFiles, mailbox: worker.mailbox,
            hands: HandFacts(hands.media)
        ) {
            KernelFacts.gather(kernelCounters, queues: rules.queues.map(\.number))
        }
        let server = ControlThread(control, signals: signals, interpreter: interpreter, mailbox: worker.mailbox)
        try serve(&worker, server) {
            console(
                "ready: \(request.configuration.interfaces.map { "\($0.name) (\($0.device))" }.joined(separator: ", "))"
            )
        }
    }

    /// What phones are given, made while the process may still read keys; `nil` without a phone proxy.
    private static func phoneFiles(
        _ request: InlineRequest, _ console: (String) -> Void
    ) throws(InlineError) -> PhoneFiles? {
        guard let proxy = request.configuration.phoneProxyInForce else { return nil }
        if let list = proxy.ctlFile.flatMap({ request.configuration.ctlFiles[$0] }), list.isShutdown {
            console("warning: ctl-file \(list.name) is shut down: phones get neither a trust list nor signed files")
            return nil
        }
        let files = try checked { () throws(TrustError) in
            try PhoneFiles.prepare(request.configuration, stateDirectory: request.stateDirectory)
        }
        for line in files.made { console("made: \(line)") }
        for line in files.warnings { console("warning: \(line)") }
        return files
    }

    private static func worker(
        _ request: InlineRequest, _ rules: KernelRules, _ phoneFiles: PhoneFiles?, hasStreamHand: Bool,
        _ console: @escaping (String) -> Void
    ) throws(InlineError) -> PacketWorker {
        var steering: Steering?
        if rules.hasSteeredSets {
            let sets = try checked { () throws(SystemError) in try SteeredSets() }
            steering = Steering(sets, console)
        }
        var worker = try checked { () throws(SystemError) in
            try PacketWorker(
                request.configuration, seed: RandomSeed.draw(), queues: try open(rules, request.configuration),
                injector: Injector(), steering: steering, hasStreamHand: hasStreamHand, trustList: phoneFiles?.list,
                console: console)
        }
        let mailbox = worker.mailbox
        // Without files to make, nothing is signed or looked up; an errand would come back all the same.
        let dns = phoneFiles == nil ? DNSSettings() : request.configuration.dns
        worker.desk = try ErrandDesk(signer: phoneFiles.map { Signing($0.signer) }, dns: dns) { id, outcome in
            mailbox.tell(.errandDone(id, outcome))
        }
        return worker
    }

    /// What carries phones' calls: nothing, where the configuration has no service for them.
    private static func hands(
        _ configuration: Configuration, _ service: StreamService?, _ bell: Bell, _ console: (String) -> Void
    ) throws(InlineError) -> CallHands {
        var hands = CallHands()
        guard let service else { return hands }
        for line in service.warnings { console("warning: \(line)") }
        hands.streams = try checked { () throws(TLSProxyError) in
            try StreamDesk(service.settings, service.upstream) { bell.ring() }
        }
        if MediaDesk.addresses(configuration).isEmpty { return hands }
        var media = MediaRelaySettings()
        media.mark = KernelRules.injectedMark
        do throws(TransformSelfTest.Difference) {
            _ = try TransformSelfTest.run()
        } catch {
            console("warning: SRTP: \(error); libsrtp2 is used instead")
            media.transform = .libsrtp
        }
        hands.media = try checked { () throws(MediaRelayError) in
            try MediaDesk(configuration, settings: media) { bell.ring() }
        }
        return hands
    }

    private static func attach(
        _ hands: CallHands, to worker: inout PacketWorker, _ bell: Bell
    ) throws(InlineError) {
        bell.set(worker.waker)
        let mailbox = worker.mailbox
        worker.carryCalls(with: hands)
        guard let media = hands.media else { return }
        worker.watchMedia(with: try MediaWatch(media) { mailbox.tell(.mediaFigures($0)) })
    }

    /// Drives the engine on this thread until it is told to stop, and answers commands beside it.
    private static func serve(
        _ worker: inout PacketWorker, _ server: ControlThread, ready: () -> Void
    ) throws(InlineError) {
        let thread = try checked { () throws(SystemError) in try server.start() }
        ready()
        worker.run()
        server.stop()
        thread.join()
        if let failure = worker.failure { throw InlineError(failure) }
    }

    /// A socket whose file nobody would remove is removed at once.
    private static func keeper(of path: String) throws(InlineError) -> SocketKeeper {
        do throws(FileError) {
            return try SocketKeeper(of: path)
        } catch {
            unsafe unlink(path)
            throw InlineError(error)
        }
    }

    /// How the kernel's queues are reached, or why the box can not work here. Everything found is told.
    private static func preflight(
        _ configuration: Configuration, _ console: (String) -> Void
    ) throws(InlineError) -> KernelRules.Options {
        let findings = Preflight.check(configuration)
        for finding in findings {
            console("\(finding.severity.rawValue): \(finding.problem); remedy: \(finding.remedy)")
        }
        let errors = findings.count { $0.severity == .error }
        guard errors == 0 else { throw InlineError("the box can not run here: \(errors) problems, named above") }
        var options = KernelRules.Options()
        options.usesNftQueue = Preflight.hasNftQueue()
        return options
    }

    private static func open(
        _ rules: KernelRules, _ configuration: Configuration
    ) throws(SystemError) -> [InlineQueue] {
        var queues: [InlineQueue] = []
        for queue in rules.queues {
            guard let place = configuration.interfaces.firstIndex(where: { $0.name == queue.interface }) else {
                continue
            }
            let interface = InterfaceIndex(UInt8(truncatingIfNeeded: place))
            let device = configuration.interfaces[place].device
            queues.append(
                InlineQueue(
                    queue: try PacketQueue(queue.number), interface: interface,
                    answersInPlace: !KernelSettings.filtersStrictly(device)))
        }
        return queues
    }

    private static func install(_ rules: KernelRules, _ settings: inout KernelSettings) throws(InlineError) {
        do throws(RuleInstallError) {
            try settings.apply()
            try RuleInstaller.install(rules)
        } catch {
            // Half of the rules are worse than none.
            remove(&settings) { _ in }
            throw InlineError(error)
        }
    }

    private static func remove(_ settings: inout KernelSettings, _ console: (String) -> Void) {
        do throws(RuleInstallError) {
            try RuleInstaller.remove()
        } catch {
            console("warning: kernel rules are left behind: \(error)")
        }
        do throws(RuleInstallError) {
            try settings.restore()
        } catch {
            console("warning: a kernel setting stays as the box needed it: \(error)")
        }
    }

    @discardableResult
    private static func checked<Value: ~Copyable, Failure: Error & CustomStringConvertible>(
        _ body: () throws(Failure) -> Value
    ) throws(InlineError) -> Value {
        do throws(Failure) { return try body() } catch { throw InlineError(error) }
    }
}

extension KernelFacts {
    /// - Parameter queues: our own; others in the same namespace are not our affair.
    static func gather(_ counters: KernelQueueCounters, queues: [UInt16]) -> KernelFacts {
        var facts = KernelFacts()
        do throws(RuleInstallError) {
            facts.rules = try RuleInstaller.counters()
        } catch {
            facts.failures.append(error.description)
        }
        do throws(SystemError) {
            facts.queues = try counters.read().filter { queues.contains($0.number) }
            facts.lostInQueues = facts.queues.reduce(0) { $0 + $1.queueDropped + $1.userDropped }
        } catch {
            facts.failures.append(error.description)
        }
        return facts
    }
}
