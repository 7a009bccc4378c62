import ConfigLanguage
import Wire

/// Questions that an inspection map asks about a message by itself.
enum SIPChecks {
    /// What `strict-header-validation` finds, in the ASA's words where it has any.
    static func headerDefect(_ message: SIPMessage) -> String? {
        do throws(SIPError) {
            try message.validate()
            return nil
        } catch {
            guard error.reason == .headerMissing, let header = error.header else { return "\(error)" }
            return "Mandatory header field \(header.rawValue) is missing"
        }
    }

    static func hasNoForwards(_ message: SIPMessage) -> Bool {
        message.isRequest && ((try? message.number(of: .maxForwards)) ?? nil) == 0
    }

    static func isInstantMessage(_ message: SIPMessage) -> Bool {
        guard message.isRequest else { return false }
        if message.method == .message { return true }
        guard message.method == .subscribe || message.method == .publish, let event = (try? message.event()) ?? nil
        else { return false }
        return message.equals(event.token, "presence")
    }

    /// Whether Alert-Info or Call-Info names anything but SIP.
    static func isNonSIP(_ message: SIPMessage, _ index: Int) -> Bool {
        guard let values = try? message.values(at: index) else { return false }
        return values.contains { value in
            let text = message.text(value.range).lowercased()
            return text.hasPrefix("<") && !text.hasPrefix("<sip:") && !text.hasPrefix("<sips:")
                && !text.hasPrefix("<tel:")
        }
    }

    static func fits(_ rule: SIPInspectionMap.Rule, _ message: SIPMessage) -> Bool {
        func holds(_ match: SIPInspectionMap.Match) -> Bool { fits(match.criterion, message) != match.isInverted }
        if rule.matches.isEmpty { return false }
        return rule.matchesAll ? rule.matches.allSatisfy(holds) : rule.matches.contains(where: holds)
    }

    private static func fits(_ criterion: SIPInspectionMap.Criterion, _ message: SIPMessage) -> Bool {
        switch criterion {
        case .calledParty(let pattern): return finds(pattern, .to, message)
        case .callingParty(let pattern): return finds(pattern, .from, message)
        case .contentLength(let limit): return message.body.count > limit
        case .contentTypeSDP: return ((try? message.contentType()) ?? nil)?.isSDP == true
        case .contentType(let pattern): return finds(pattern, .contentType, message)
        case .instantMessageSubscriber(let pattern):
            return message.method == .subscribe && finds(pattern, .from, message)
        case .messagePath(let pattern):
            return message.places(of: .via).contains { isFound(pattern, in: message.headers[$0].value, message) }
        case .requestMethod(let method): return message.isRequest && method == self.method(of: message)
        case .thirdPartyRegistration(let pattern): return isThirdParty(message) && finds(pattern, .from, message)
        case .uriLength(let scheme, let limit):
            guard let uri = message.requestURI else { return false }
            let isOfScheme = scheme == .tel ? uri.scheme == .tel : uri.scheme == .sip || uri.scheme == .sips
            return isOfScheme && uri.range.count > limit
        }
    }

    private static func finds(
        _ pattern: SIPInspectionMap.TextPattern, _ name: SIPHeaderName, _ message: SIPMessage
    ) -> Bool {
        guard let range = message.value(of: name) else { return false }
        return isFound(pattern, in: range, message)
    }

    private static func isFound(
        _ pattern: SIPInspectionMap.TextPattern, in range: Range<Int>, _ message: SIPMessage
    ) -> Bool {
        pattern.isFound(in: message.bytes.span.extracting(range))
    }

    private static func method(of message: SIPMessage) -> SIPInspectionMap.Method {
        guard let method = message.method, method != .other, method != .publish else { return .unknown }
        return SIPInspectionMap.Method(rawValue: method.rawValue.lowercased()) ?? .unknown
    }

    /// A REGISTER in which From names another one than To.
    private static func isThirdParty(_ message: SIPMessage) -> Bool {
        guard message.method == .register, let from = (try? message.from()) ?? nil, let to = (try? message.to()) ?? nil
        else { return false }
        return !message.bytes[from.uri.range].elementsEqual(message.bytes[to.uri.range])
    }
}
