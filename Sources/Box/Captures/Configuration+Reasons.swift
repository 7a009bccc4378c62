import ConfigLanguage
import Inspection
import TLSProxy

extension Configuration {
    /// Reads configuration text as the box does. A capture of drops for a reason that nothing is dropped for would stay
    /// empty, silently: it is an error. Ciphers that the TLS library does not have are named, too.
    public static func readForBox(_ text: String, file: String) -> ReadConfiguration {
        var read = read(text, file: file, dropReasons: Set(DropReason.allCases.map(\.name)))
        read.report(unavailable: Set(CipherSupport.missing(in: TLSPolicy(ciphers: SSLCipher.allCases))))
        return read
    }
}
