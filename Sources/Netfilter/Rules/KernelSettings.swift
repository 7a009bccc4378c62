import ConfigLanguage
import Glibc
import SystemCalls

/// The kernel's settings that translation needs, beside the rules: changed at the start, put back at the end.
///
/// A process that was killed leaves them changed, and the next one finds them so and leaves them.
public struct KernelSettings: Sendable {
    struct Setting: Hashable, Sendable {
        /// Below /proc/sys.
        var name: String
        var value: String
    }

    let settings: [Setting]
    /// What stood there before, of those that had to be changed.
    private var previous: [Setting] = []

    public init(_ configuration: Configuration) {
        var settings: [Setting] = []
        func need(_ name: String, _ value: String = "1") {
            let setting = Setting(name: name, value: value)
            if !settings.contains(setting) { settings.append(setting) }
        }
        if configuration.translations.contains(where: { !$0.isIdentity && $0.real.address.isV4 }) {
            // The engine gives answers their mapped source while they are still on their way in, and that address is
            // one of the box's own: without this the kernel takes them for forgeries, and drops them silently. Where no
            // answers are translated it saves the kernel a route lookup for each packet's source, which it does as soon
            // as there is a local route that somebody made. Real forgeries are for ``SpoofRules`` to drop.
            for interface in configuration.interfaces where !interface.name.isEmpty {
                need("net/ipv4/conf/\(interface.device)/accept_local")
            }
        }
        if configuration.phoneProxyInForce != nil {
            // What the box answers by itself leaves in place of the packet that asked, by the interface that it came in by.
            // That is no detour that anybody should be told of.
            need("net/ipv4/conf/all/send_redirects", "0")
            for interface in configuration.interfaces where !interface.name.isEmpty {
                need("net/ipv4/conf/\(interface.device)/send_redirects", "0")
            }
        }
        let addresses = MappedAddress.all(configuration) + MappedAddress.media(configuration)
        for address in addresses where !address.prefix.address.isV4 {
            need("net/ipv6/conf/\(address.device)/proxy_ndp")
        }
        self.settings = settings
    }

    /// Whether the kernel lets a packet come in by `device` only if an answer would leave by it (RFC 3704 section 2.2): then
    /// the box's own can not take the place of one that did.
    public static func filtersStrictly(_ device: String) -> Bool {
        // The kernel takes the greater of the two; 1 is strict, 2 loose.
        let values = ["all", device].map { try? read("net/ipv4/conf/\($0)/rp_filter") }
        return values.contains(nil) || values.compactMap { $0 }.max() == "1"
    }

    /// Changes what is not as it must be.
    public mutating func apply() throws(RuleInstallError) {
        for setting in settings {
            let present = try Self.read(setting.name)
            if present == setting.value { continue }
            try Self.write(setting)
            previous.append(Setting(name: setting.name, value: present))
        }
    }

    /// Puts back what was changed; every one is tried, and the first failure reported.
    public mutating func restore() throws(RuleInstallError) {
        var failure: RuleInstallError?
        for setting in previous {
            do throws(RuleInstallError) { try Self.write(setting) } catch { failure = failure ?? error }
        }
        previous = []
        if let failure { throw failure }
    }

    private static func read(_ name: String) throws(RuleInstallError) -> String {
        let path = "/proc/sys/\(name)"
        do throws(SystemError) {
            let file = try Descriptor(unsafe open(path, O_RDONLY | O_CLOEXEC), from: "open")
            return String(try file.text().prefix { $0 != "\n" })
        } catch {
            throw RuleInstallError(command: "read \(path)", reason: error.description)
        }
    }

    private static func write(_ setting: Setting) throws(RuleInstallError) {
        let path = "/proc/sys/\(setting.name)"
        do throws(SystemError) {
            try Descriptor(unsafe open(path, O_WRONLY | O_CLOEXEC), from: "open").write(setting.value)
        } catch {
            throw RuleInstallError(command: "write \(setting.value) to \(path)", reason: error.description)
        }
    }
}
