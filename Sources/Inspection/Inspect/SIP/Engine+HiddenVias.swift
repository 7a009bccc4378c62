import Wire

/// `ip-address-privacy`: where a request has come by before it came to the one that sends it here.
extension Engine {
    /// Takes the Vias behind the first out of a request, those with an address that is not to be known, and leaves `cover` in
    /// their place.
    ///
    /// - Returns: where they stood, or `nil`: one is too long to be kept, and the request must not go on.
    mutating func hideVias(
        _ editor: inout SIPEditor, behind cover: IPAddress, where isHidden: (IPAddress) -> Bool
    ) -> Set<Int>? {
        let message = editor.message
        guard message.isRequest, let callID = message.callID else { return [] }
        var places: Set<Int> = []
        for via in ((try? message.vias()) ?? []).dropFirst() {
            let told = [Optional(via.host), via.received, via.maddr].compactMap { $0?.address }
            guard told.contains(where: isHidden) else { continue }
            let value = Array(message.bytes[via.range])
            let branch = via.branch.map { Array(message.bytes[$0]) } ?? newBranch()
            guard hiddenVias.hide(value, callID: Array(message.bytes[callID]), branch: branch) else { return nil }
            let text = "SIP/2.0/\(message.text(via.transportName)) \(SIPHost.text(of: cover));branch="
            editor.edits.replace(via.range, with: Array(text.utf8) + branch)
            places.insert(via.range.lowerBound)
        }
        return places
    }

    /// For a value that has none (RFC 2543).
    private mutating func newBranch() -> [UInt8] {
        viasWithoutBranch &+= 1
        return Array("\(SIPVia.magicCookie)hidden\(viasWithoutBranch)".utf8)
    }

    /// Puts back into a response what was taken out of its request; where that stood.
    mutating func restoreVias(_ editor: inout SIPEditor, behind cover: IPAddress) -> Set<Int> {
        let message = editor.message
        guard !message.isRequest, hiddenVias.count > 0, let callID = message.callID else { return [] }
        var places: Set<Int> = []
        for via in ((try? message.vias()) ?? []).dropFirst() where via.host.address == cover {
            guard let branch = via.branch,
                let value = hiddenVias.value(
                    callID: Array(message.bytes[callID]), branch: Array(message.bytes[branch]))
            else { continue }
            editor.edits.replace(via.range, with: value)
            places.insert(via.range.lowerBound)
        }
        return places
    }
}
