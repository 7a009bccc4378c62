import CLinux
import ConfigLanguage
import Glibc
import SystemCalls
import Wire

extension Preflight {
    /// Names of kernel settings, as sysctl has them.
    enum Setting {
        static let forwardV4 = "net.ipv4.ip_forward"
        static let forwardV6 = "net.ipv6.conf.all.forwarding"
        static let helper = "net.netfilter.nf_conntrack_helper"
        static let bridge = "net.bridge.bridge-nf-call-iptables"

        static let marks = ["net.ipv4.tcp_fwmark_accept", "net.ipv4.fwmark_reflect", "net.ipv6.fwmark_reflect"]

        static func sourceMark(_ device: String) -> String { "net.ipv4.conf.\(device).src_valid_mark" }
        static func reversePath(_ device: String) -> String { "net.ipv4.conf.\(device).rp_filter" }
    }

    /// What was found on this machine.
    struct Facts: Equatable, Sendable {
        struct Device: Equatable, Sendable {
            var isUp = false
            var addresses: Set<IPAddress> = []
        }

        var capabilities: UInt64 = 0
        var hasNft = false
        var hasIptables = false
        var canBindQueue = false
        var canOpenPacketSocket = false
        var features: Set<Probe> = []
        /// Settings that exist, by name.
        var settings: [String: Int] = [:]
        var devices: [String: Device] = [:]
        /// Any bridge: only then does the bridge's setting matter, which is on by itself.
        var hasBridge = false

        static func gather(_ configuration: Configuration) -> Facts {
            var facts = Facts()
            facts.capabilities = (try? Privileges.effective()) ?? 0
            facts.hasNft = Subprocess.path(of: "nft") != nil
            facts.hasIptables = Subprocess.path(of: "iptables") != nil && Subprocess.path(of: "ip6tables") != nil
            facts.canBindQueue = SelfTest.canBindQueue
            facts.canOpenPacketSocket = canOpenPacketSocket()
            facts.features = Set(Probe.allCases.filter { $0.passes() })
            for name in [Setting.forwardV4, Setting.forwardV6, Setting.helper, Setting.bridge] + Setting.marks {
                facts.settings[name] = read(String(name.map { $0 == "." ? "/" : $0 }))
            }
            // A device's name may hold dots of its own, so these paths are not made from the settings' names.
            for device in ["all"] + configuration.interfaces.map(\.device) {
                facts.settings[Setting.reversePath(device)] = read("net/ipv4/conf/\(device)/rp_filter")
                facts.settings[Setting.sourceMark(device)] = read("net/ipv4/conf/\(device)/src_valid_mark")
            }
            facts.devices = listDevices()
            let bridges = try? Subprocess.run("ip", ["-o", "link", "show", "type", "bridge"])
            facts.hasBridge = !(bridges?.output.isEmpty ?? true)
            return facts
        }

        /// Bound to no protocol, it is given no packet.
        private static func canOpenPacketSocket() -> Bool {
            let type = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            do throws(SystemError) {
                _ = try Descriptor(socket(AF_PACKET, type, 0), from: "socket(AF_PACKET)")
                return true
            } catch {
                return false
            }
        }

        private static func read(_ path: String) -> Int? {
            guard
                let file = try? Descriptor(unsafe open("/proc/sys/\(path)", O_RDONLY | O_CLOEXEC), from: "open"),
                let text = try? file.text(limit: 64)
            else { return nil }
            return Int(text.split(separator: "\n").first ?? "")
        }

        private static func listDevices() -> [String: Device] {
            var first: UnsafeMutablePointer<ifaddrs>?
            guard unsafe getifaddrs(&first) == 0 else { return [:] }
            defer { unsafe freeifaddrs(first) }
            var devices: [String: Device] = [:]
            var next = unsafe first
            while let entry = unsafe next {
                let name = unsafe String(cString: entry.pointee.ifa_name)
                var device = devices[name] ?? Device()
                // IFF_UP; the name has another type with some headers.
                device.isUp = unsafe entry.pointee.ifa_flags & 1 != 0
                if let address = unsafe entry.pointee.ifa_addr.flatMap({ unsafe address($0) }) {
                    device.addresses.insert(address)
                }
                devices[name] = device
                unsafe next = entry.pointee.ifa_next
            }
            return devices
        }

        private static func address(_ pointer: UnsafeMutablePointer<sockaddr>) -> IPAddress? {
            switch unsafe Int32(pointer.pointee.sa_family) {
            case AF_INET:
                return unsafe pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    unsafe IPAddress(v4: UInt32(bigEndian: $0.pointee.sin_addr.s_addr))
                }
            case AF_INET6:
                return unsafe pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    unsafe withUnsafeBytes(of: &$0.pointee.sin6_addr) { bytes in
                        unsafe IPAddress(
                            high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
                    }
                }
            default: return nil
            }
        }
    }

    /// Parts of the kernel that show only when one asks for them.
    enum Probe: String, CaseIterable, Sendable {
        case nftQueue, iptablesQueue, conntrack, nat, addressLookup, tproxy, socket, policyRouting

        private static let table = "phoneproxy_probe"

        /// Whether the kernel takes a rule of this kind. Made and deleted in one transaction: no packet meets it.
        func passes() -> Bool {
            let result: Subprocess.Result?
            if self == .iptablesQueue {
                let chain = "PHONEPROXY-PROBE"
                let rules = [
                    "*raw", ":\(chain) - [0:0]", "-A \(chain) -j NFQUEUE --queue-num 0", "-F \(chain)", "-X \(chain)",
                    "COMMIT", "",
                ]
                result = try? Subprocess.run(
                    "iptables-restore", ["--noflush"], input: rules.joined(separator: "\n"))
            } else if self == .policyRouting {
                // Without it there are no rules to list.
                result = try? Subprocess.run("ip", ["-4", "rule", "show"])
            } else {
                var text = NftText()
                text.block("table inet \(Self.table)") { $0.block("chain probe") { $0.line(rule) } }
                text.line("delete table inet \(Self.table)")
                result = try? Subprocess.run("nft", ["-f", "-"], input: text.text)
            }
            return result?.succeeded ?? false
        }

        private var rule: String {
            switch self {
            case .nftQueue: "queue num 0"
            case .conntrack: "ct state established notrack"
            case .nat: "type nat hook prerouting priority dstnat; ip daddr 192.0.2.1 dnat ip to 192.0.2.2;"
            case .addressLookup: "type filter hook prerouting priority raw; fib saddr type local drop;"
            case .tproxy: "type filter hook prerouting priority mangle; meta l4proto tcp tproxy ip to 127.0.0.1:1;"
            case .socket: "type filter hook prerouting priority mangle; socket transparent 1 accept;"
            case .iptablesQueue, .policyRouting: ""
            }
        }
    }
}
