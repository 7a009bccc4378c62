import ConfigLanguage
import Inspection
import TestSupport
import Testing
import Wire

/// What is never passed on, and how that is said; passwords are not.
@Suite struct PhoneFileRefusalTests {
    private func refusal(_ file: [UInt8]) throws -> PhoneFileError? {
        let settings = RewriteSettings(try phoneProxyBox(), seenFrom: "outside")
        do throws(PhoneFileError) {
            _ = try PhoneFile.read(file).rewritten(settings) { _ in nil }
            return nil
        } catch {
            return error
        }
    }

    private static func callManager(_ inner: String) -> String {
        "<device><devicePool><callManagerGroup><members><member><callManager>\(inner)</callManager></member></members></callManagerGroup></devicePool></device>"
    }

    @Test(
        arguments: [
            (SamplePhoneFiles.encrypted, "config-encrypted", "the configuration is encrypted (encrConfig)"),
            ("<device><encrConfig> TRUE </encrConfig></device>", "config-encrypted", "encrConfig"),
            ("<device><encrConfig>perhaps</encrConfig></device>", "config-encrypted", "encrConfig"),
            ("<device><encrConfig>false</encrConfig><encrConfig>true</encrConfig></device>", "config-encrypted", ""),
            ("<device><fullConfig>false</fullConfig></device>", "config-partial", "fullConfig"),
            (SamplePhoneFiles.defaultFile, "not-a-phone-config", "its root element is not device"),
            ("<softKeyCfg/>", "not-a-phone-config", ""),
            (SamplePhoneFiles.broken, "config-not-well-formed", "element tag is malformed, line 3, column 14"),
            ("!config", "config-not-well-formed", "Beginning of element tag is missing, got !, line 1, column 1"),
            ("", "config-not-well-formed", "Beginning of element tag is missing, got end of file"),
            ("<!DOCTYPE device [<!ENTITY a 'b'>]><device/>", "config-not-well-formed", "document type"),
            ("<device><fullConfig>&yes;</fullConfig></device>", "config-not-well-formed", "unknown entity reference"),
            (
                "<device><encrConfig><x/></encrConfig></device>", "config-not-well-formed",
                "element where a value should be"
            ),
            (SamplePhoneFiles.skinny7960, "config-unresolved-name", "no address is known for the host CCM4PUB"),
            (callManager("<processNodeName>a b</processNodeName>"), "config-unreadable-value", "processNodeName"),
            (
                callManager(
                    "<ports><ethernetPhonePort>70000</ethernetPhonePort></ports><processNodeName>1.2.3.4</processNodeName>"
                ),
                "config-unreadable-value", "ethernetPhonePort"
            ),
            (
                "<device>\(String(repeating: "<capfList><capf><processNodeName>c</processNodeName></capf></capfList>", count: 17))</device>",
                "config-too-many-servers", "more than 16 servers"
            ),
            (
                callManager("<processNodeName>1.2.3.4</processNodeName><processNodeName>1.2.3.5</processNodeName>"),
                "config-repeated-element", "processNodeName stands twice"
            ),
        ])
    func refused(file: String, name: String, words: String) throws {
        let error = try #require(try refusal(Array(file.utf8)))
        #expect(error.name == name)
        #expect(words.isEmpty || "\(error)".contains(words), "\(error)")
    }

    @Test func theChaptersOwnMessageForTheDebugger() throws {
        let error = try #require(try refusal(Array("!not this".utf8)))
        #expect(error.debugMessage == "Beginning of element tag is missing, got !")
    }

    @Test func aFileAboveTheLimitIsNotEvenRead() throws {
        let tail = Array("<device/>".utf8)
        let blanks = [UInt8](repeating: 0x20, count: PhoneFile.sizeLimit - tail.count)
        #expect(try refusal(blanks + tail) == nil)
        #expect(try refusal(blanks + [0x20] + tail) == .tooLarge)
    }

    @Test func secretsAreNeverSaid() throws {
        let files = [SamplePhoneFiles.skinny7970, text(SamplePhoneFiles.sip7961), SamplePhoneFiles.broken]
        let hosts = ["publisher.example.net": "192.0.2.101"]
        let settings = RewriteSettings(try phoneProxyBox(), seenFrom: "outside")
        for file in files {
            for cut in stride(from: 0, through: file.utf8.count, by: 7) {
                let bytes = Array(file.utf8.prefix(cut))
                do throws(PhoneFileError) {
                    let result = try PhoneFile.read(bytes).rewritten(settings) { hosts[$0].flatMap { IPAddress($0) } }
                    #expect(!"\(result.changes)".contains("topsecret"))
                } catch {
                    #expect(!"\(error)".contains("topsecret") && !error.debugMessage.contains("topsecret"))
                }
            }
        }
        // A slip that turns a password into markup.
        for slip in [
            "<device><authPassword topsecret</authPassword></device>", "<device><topsecret></device>",
            "<device></topsecret>", "<device><topsecret/",
        ] {
            #expect(!"\(try #require(try refusal(Array(slip.utf8))))".contains("topsecret"))
        }
    }
}
