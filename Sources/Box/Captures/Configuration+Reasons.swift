import ConfigLanguage
import Inspection

extension Configuration {
    /// Reads configuration text as the box does. A capture of drops for a reason that nothing is dropped for would stay
    /// empty, silently: it is an error.
    public static func readForBox(_ text: String, file: String) -> ReadConfiguration {
        read(text, file: file, dropReasons: Set(DropReason.allCases.map(\.name)))
    }
}
