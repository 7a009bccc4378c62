import ConfigLanguage
import Inspection

/// `phoneproxy provision`: one phone's configuration file, as the box would give it to a phone behind an interface.
public struct Provisioning {
    public struct Refusal: Error, CustomStringConvertible {
        public let description: String
    }

    private let settings: RewriteSettings

    /// - Parameter interface: the `nameif` of the phone's side; without one, ``Configuration/phoneInterface``.
    public init(_ configuration: Configuration, interface: String?) throws(Refusal) {
        guard configuration.phoneProxy != nil else {
            throw Refusal(description: "the configuration has no phone-proxy, so no file would be rewritten")
        }
        guard let side = interface.map(configuration.interface(named:)) ?? configuration.phoneInterface else {
            throw Refusal(description: "there is no interface \(interface ?? "that phones could be behind")")
        }
        settings = RewriteSettings(configuration, seenFrom: side.name)
    }

    /// Nobody is asked for host names: those that the configuration has no `name` for are not known.
    public func run(_ file: [UInt8]) throws(PhoneFileError) -> RewrittenPhoneFile {
        try PhoneFile.read(file).rewritten(settings) { _ in nil }
    }
}
