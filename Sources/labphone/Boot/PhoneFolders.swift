import Box
import Glibc

/// What a phone keeps over its boots, and what is kept of its files for whoever wants to look at them.
struct PhoneFolders {
    /// Where installed trust lists are: `SEP<MAC>.tlv`. `nil`: phones forget.
    var stateDirectory: String?
    /// Where received files go: `SEP<MAC>/<NAME>` as they came, and without `.sgn` what is signed.
    var saveDirectory: String?

    /// The list that the phone installed in an earlier boot, as it came then.
    func installedList(of device: DeviceName) throws(LabError) -> [UInt8]? {
        guard let path = listPath(device), unsafe access(path, F_OK) == 0 else { return nil }
        do throws(FileError) {
            return try WholeFile.read(path, limit: 1 << 20)
        } catch {
            throw LabError(description: error.description)
        }
    }

    /// A list is there whole or not at all, whatever happens meanwhile.
    func install(_ list: [UInt8], for device: DeviceName) throws(LabError) {
        guard let path = listPath(device) else { return }
        try Self.write(list, to: path + ".new")
        guard unsafe rename(path + ".new", path) == 0 else {
            throw LabError.last("rename \(path)")
        }
    }

    private func listPath(_ device: DeviceName) -> String? { stateDirectory.map { "\($0)/\(device).tlv" } }

    /// Keeps a file that has arrived.
    func save(_ contents: [UInt8], named name: String, for device: DeviceName) throws(LabError) {
        guard let saveDirectory else { return }
        let steps = name.split(separator: "/")
        // Names come from configuration files; none leads out of the directory.
        guard !steps.isEmpty, !steps.contains("..") else { return }
        let path = "\(saveDirectory)/\(device)/\(steps.joined(separator: "/"))"
        try Self.write(contents, to: path)
    }

    /// With the directories on its way.
    private static func write(_ contents: [UInt8], to path: String) throws(LabError) {
        makeDirectories(of: path)
        do throws(FileError) {
            try WholeFile.write(contents, to: path)
        } catch {
            throw LabError(description: error.description)
        }
    }

    private static func makeDirectories(of path: String) {
        for (index, character) in zip(path.indices, path) where character == "/" && index != path.startIndex {
            unsafe mkdir(String(path[..<index]), 0o755)
        }
    }
}
