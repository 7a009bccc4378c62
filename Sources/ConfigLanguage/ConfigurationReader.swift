/// What reading a configuration yields: the configuration as far as it could be understood, and every problem in it.
public struct ReadConfiguration: Sendable {
    public var configuration: Configuration
    /// In file order.
    public var diagnostics: [Diagnostic]
    /// In file order; see ``report(unavailable:)``.
    public var askedCiphers: [AskedCipher] = []

    public var isValid: Bool { !diagnostics.contains { $0.severity == .error } }
    /// Whether the box may run with it.
    public var isInForce: Bool { !diagnostics.contains { $0.severity != .warning } }
}

extension Configuration {
    /// Reads configuration text. `file` is only named in diagnostics.
    ///
    /// - Parameter dropReasons: what `capture … type asp-drop` may name; `nil`: anything that looks like a reason.
    public static func read(_ text: String, file: String, dropReasons: Set<String>? = nil) -> ReadConfiguration {
        guard text.utf8.count <= SourceText.sizeLimit else {
            var log = DiagnosticLog(SourceText("", file: file))
            log.report(.error, at: .builtIn, "the file is larger than \(SourceText.sizeLimit) bytes")
            return ReadConfiguration(configuration: Configuration(), diagnostics: log.finished())
        }
        var reading = Reading(SourceText(text, file: file))
        reading.readAll()
        var resolver = Resolver(reading.draft, reading.log, dropReasons: dropReasons)
        resolver.resolve()
        return ReadConfiguration(
            configuration: resolver.configuration, diagnostics: resolver.log.finished(),
            askedCiphers: resolver.asked)
    }
}
