import ConfigLanguage
import Trust
import Wire

/// What the commands about trust lists and signed files do. Each returns what there is to print; what it throws is why
/// not.
public enum PhoneFileCommands {
    /// `ctl show FILE`.
    public static func show(_ path: String, json: Bool) throws(TrustError) -> String {
        let file = try WholeFile.orTrustError(path)
        do throws(TrustError) {
            return try show(file, json: json)
        } catch {
            throw TrustError("\(path): \(error)")
        }
    }

    /// `show ctl-file`, of a list at hand.
    static func show(_ file: [UInt8], json: Bool) throws(TrustError) -> String {
        let list: TrustList
        do throws(FileFormatError) { list = try TrustList.decode(file.span) } catch { throw TrustError("\(error)") }
        let rejection = rejection { () throws(FileRejection) in _ = try TrustList.verify(file) }
        return json
            ? TrustListJSON.render(file, list, rejection).pretty : TrustListText.render(file, list, rejection)
    }

    /// `ctl verify FILE`: as a phone would that has the list `installed`, or none.
    public static func verifyList(
        _ path: String, installed: String?, fileName: String?
    ) throws(TrustError) -> String {
        var known: TrustList?
        if let installed { known = try trustList(installed) }
        let file = try WholeFile.orTrustError(path)
        do throws(FileRejection) {
            let list = try TrustList.verify(file, installed: known, fileName: fileName)
            return "\(path): verified, \(list.records.count) records, signed by \(list.header.signer.name)"
        } catch {
            throw TrustError("\(path): rejected: \(error)")
        }
    }

    /// `verify FILE.sgn --ctl CTL`.
    public static func verifyFile(_ path: String, list: String, fileName: String?) throws(TrustError) -> String {
        let known = try trustList(list)
        let file = try WholeFile.orTrustError(path)
        do throws(FileRejection) {
            let signed = try SignedFile.verify(file, with: known, fileName: fileName)
            return "\(path): verified, \(signed.body.count) bytes of \(signed.header.fileName), "
                + "signed by \(signed.header.signer.name)"
        } catch {
            throw TrustError("\(path): rejected: \(error)")
        }
    }

    /// `sign FILE`, under a name that phones ask for.
    public static func sign(_ path: String, as name: String, _ files: PhoneFiles) throws(TrustError) -> [UInt8] {
        let body = try WholeFile.orTrustError(path)
        return try SignedFile.make(name: name, body: body, signer: files.signer, time: WallClock.now)
    }

    /// A list that a phone has: it verified when the phone got it.
    private static func trustList(_ path: String) throws(TrustError) -> TrustList {
        let file = try WholeFile.orTrustError(path)
        do throws(FileRejection) {
            return try TrustList.verify(file)
        } catch {
            throw TrustError("\(path): not a list to trust: \(error)")
        }
    }

    private static func rejection(_ body: () throws(FileRejection) -> Void) -> FileRejection? {
        do throws(FileRejection) { try body() } catch { return error }
        return nil
    }
}
