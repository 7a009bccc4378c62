import Inspection

/// What `debug` has switched on.
struct Debugging: Hashable, Sendable {
    /// `debug phone-proxy tftp [events | errors]`: both without a word behind it.
    enum Kind: String, Hashable, Sendable, CaseIterable {
        case events, errors
    }

    enum Change: Hashable, Sendable {
        case on(Set<Kind>)
        case off(Set<Kind>)
    }

    private(set) var phoneFiles: Set<Kind> = []

    mutating func apply(_ change: Change) {
        switch change {
        case .on(let kinds): phoneFiles.formUnion(kinds)
        case .off(let kinds): phoneFiles.subtract(kinds)
        }
    }

    func shows(_ fact: PhoneProxyEvent) -> Bool {
        switch fact.severity {
        case .event: phoneFiles.contains(.events)
        case .error: phoneFiles.contains(.errors)
        }
    }

    /// `show debug`.
    var text: String {
        Kind.allCases.filter { phoneFiles.contains($0) }
            .map { "debug phone-proxy tftp \($0.rawValue) enabled" }.joined(separator: "\n")
    }
}
