import ConfigLanguage
import Inspection

extension CaptureDefinition {
    /// What is wrong with a capture of drops for a reason that nothing is dropped for: it would stay empty, silently.
    var unknownReason: String? {
        guard case .aspDrop(let reason?) = kind, DropReason.named(reason) == nil else { return nil }
        let known = DropReason.allCases.map(\.name).joined(separator: ", ")
        return "no drop reason is called \(reason); there are: \(known)"
    }
}
