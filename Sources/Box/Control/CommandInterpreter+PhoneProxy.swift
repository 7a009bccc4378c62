import ConfigLanguage
import Inspection
import Trust

/// show phone-proxy, show ctl-file, show crypto, show running-config
extension CommandInterpreter {
    static let phoneProxyCommands: [Command] = [
        Command("show phone-proxy") { interpreter, _, json in interpreter.showPhoneProxy(json: json) },
        Command("show phone-proxy secure-phones") { interpreter, _, json in interpreter.showSecurePhones(json: json) },
        Command("show ctl-file", "[NAME]", rest: 0...1) { interpreter, rest, json in
            interpreter.showCTLFile(rest, json: json)
        },
        Command("show crypto ca certificates", "[TRUSTPOINT]", rest: 0...1) { interpreter, rest, _ in
            interpreter.showTrust { $0.showCertificates(rest.first) }
        },
        Command("show crypto key mypubkey rsa") { interpreter, _, _ in interpreter.showTrust { $0.showKeyPairs() } },
        Command("show running-config", "\(runningParts)", rest: 1...3) {
            interpreter, rest, _ in interpreter.showRunningConfiguration(rest)
        },
    ]

    private func showPhoneProxy(json: Bool) -> ControlResponse {
        let configuration = configuration
        return render(
            json, { ShowPhoneProxy.text(configuration, $0) }, { ShowPhoneProxy.json(configuration, $0) })
    }

    private func showSecurePhones(json: Bool) -> ControlResponse {
        guard let proxy = configuration.phoneProxy else { return .failure("there is no phone-proxy") }
        let answer = mailbox.ask(.securePhones)
        guard case .securePhones(let table) = answer else { return .unexpected(answer) }
        return .text(
            json ? ShowPhoneProxy.json(proxy, table, names).pretty : ShowPhoneProxy.text(proxy, table, names))
    }

    private func showCTLFile(_ rest: [String], json: Bool) -> ControlResponse {
        guard let phoneFiles else { return .failure("there is no CTL file: no phone-proxy is in force") }
        if let name = rest.first, name != configuration.phoneProxy?.ctlFile {
            return .failure("ctl-file \(name) is not in use")
        }
        do throws(TrustError) {
            return .text(try PhoneFileCommands.show(phoneFiles.list, json: json))
        } catch {
            return .failure(error.description)
        }
    }

    private func showTrust(_ text: (TrustStore) -> String) -> ControlResponse {
        guard let phoneFiles else { return .failure("there are no trustpoints: no phone-proxy is in force") }
        return .text(text(phoneFiles.store))
    }

    private static let runningParts =
        "[all] {crypto | ctl-file | dns | media-termination | phone-proxy | ssl | tls-proxy} [NAME]"

    private func showRunningConfiguration(_ rest: [String]) -> ControlResponse {
        let all = rest.first == "all"
        let words = Array(all ? rest.dropFirst() : rest[...])
        let parts: [RunningConfiguration.Part]? =
            switch words.first {
            case "crypto": [.keyPairs, .trustpoints, .certificateChains]
            case "ctl-file": [.ctlFiles]
            case "dns": [.dns]
            case "media-termination": [.mediaTermination]
            case "phone-proxy": [.phoneProxy]
            case "ssl": [.ssl]
            case "tls-proxy": [.tlsProxies]
            default: nil
            }
        guard let parts, words.count <= 2 else { return .failure("% show running-config \(Self.runningParts)") }
        let running = RunningConfiguration(configuration)
        let name = words.count == 2 ? words[1] : nil
        return .text(parts.flatMap { running.lines($0, name: name, all: all) }.joined(separator: "\n"))
    }
}
