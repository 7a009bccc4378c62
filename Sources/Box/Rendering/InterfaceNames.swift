import ConfigLanguage
import Inspection

/// What the box's interfaces are called.
public struct InterfaceNames: Sendable {
    public let names: [String]
    let securityLevels: [Int]

    public init(_ configuration: Configuration) {
        // Without interfaces everything comes in on one that stands for all.
        names = configuration.interfaces.isEmpty ? ["any"] : configuration.interfaces.map(\.name)
        securityLevels =
            configuration.interfaces.isEmpty ? [0] : configuration.interfaces.map(\.securityLevel)
    }

    public subscript(_ index: InterfaceIndex) -> String {
        names.indices.contains(Int(index.rawValue)) ? names[Int(index.rawValue)] : "any"
    }

    func securityLevel(_ index: InterfaceIndex) -> Int {
        securityLevels.indices.contains(Int(index.rawValue)) ? securityLevels[Int(index.rawValue)] : 0
    }

    func index(of name: String) -> InterfaceIndex? {
        names.firstIndex(of: name).map { InterfaceIndex(UInt8(truncatingIfNeeded: $0)) }
    }
}
