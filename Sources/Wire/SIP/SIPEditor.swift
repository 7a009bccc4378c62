/// Collects the changes of a message, to be made all at once: every other byte stays as it is, and Content-Length follows
/// the body by itself.
///
/// What is changed is named by the values that reading gave: an address's ``SIPAddress/uri``, a ``SIPVia``, an index in
/// ``SIPMessage/headers``. ``edits`` takes any other change, and those of an ``SDP`` that was read out of the message's
/// own bytes. Text that is put in must be without line ends. Two changes of one byte are refused by ``finished(on:)``.
public struct SIPEditor: Sendable {
    /// Where the message will go.
    public enum Carrier: Sendable {
        case datagram
        /// Gets a Content-Length also where there was none (RFC 3261 section 18.3).
        case stream
    }

    public let message: SIPMessage
    public var edits = EditList()
    private var removedLines: Set<Int> = []
    private var removedValues: [Int: Set<Int>] = [:]
    private var newBody: [UInt8]?
    /// The URIs that have got their `<>`, by where they start.
    var bracketed: Set<Int> = []

    public init(_ message: SIPMessage) { self.message = message }

    // MARK: Headers

    /// Replaces the value of the line at `index`.
    public mutating func setValue(ofHeader index: Int, to value: String) {
        edits.replace(message.headers[index].value, with: value)
    }

    /// Puts a line before the one at `index`.
    public mutating func insert(_ name: String, _ value: String, beforeHeader index: Int) {
        edits.insert(line(name, value), at: message.headers[index].line.lowerBound)
    }

    /// Puts a line behind the one at `index`.
    public mutating func insert(_ name: String, _ value: String, behindHeader index: Int) {
        edits.insert(line(name, value), at: message.headers[index].line.upperBound)
    }

    /// Puts a line behind all others.
    public mutating func append(_ name: String, _ value: String) {
        edits.insert(line(name, value), at: message.headerEnd)
    }

    private func line(_ name: String, _ value: String) -> String { "\(name): \(value)\(message.lineEnd)" }

    /// Removes the line at `index`, whatever is done to its values.
    public mutating func remove(header index: Int) { removedLines.insert(index) }

    /// Removes one value of a line; with its last value the line goes.
    public mutating func remove(value place: SIPPlace) {
        removedValues[place.header, default: []].insert(place.value)
    }

    // MARK: Parameters

    /// Gives the parameter `name`, a lower-case one, another value, or adds it behind the others; `nil`: the name alone.
    public mutating func setParameter(_ name: String, in parameters: SIPParameters, to value: String?) {
        guard let old = message.parameter(name, in: parameters) else {
            let text = ";" + name + (value.map { "=" + $0 } ?? "")
            edits.insert(text, at: parameters.range.upperBound, rank: .parameter)
            return
        }
        switch (old.value, value) {
        case (let old?, let value?): edits.replace(old, with: value)
        case (nil, let value?): edits.insert("=" + value, at: old.name.upperBound, rank: .parameter)
        case (let range?, nil): edits.remove(old.name.upperBound..<range.upperBound)
        case (nil, nil): return
        }
    }

    /// Removes every parameter called `name`, a lower-case one.
    public mutating func removeParameter(_ name: String, in parameters: SIPParameters) {
        for parameter in message.parameters(parameters) where message.equals(parameter.name, name) {
            edits.remove(parameter.range)
        }
    }

    // MARK: Body

    /// Replaces the whole body; Content-Type is the caller's to set.
    public mutating func setBody(_ body: [UInt8]) { newBody = body }

    // MARK: The end

    /// Nothing was asked for.
    public var isUnchanged: Bool {
        edits.isEmpty && removedLines.isEmpty && removedValues.isEmpty && newBody == nil
    }

    /// The changed message.
    public func finished(on carrier: Carrier) throws(SIPError) -> [UInt8] {
        if carrier == .datagram, isUnchanged { return message.bytes }
        var edits = edits
        for index in removedLines { edits.remove(message.headers[index].line) }
        for (index, values) in removedValues where !removedLines.contains(index) {
            try remove(values, at: index, in: &edits)
        }
        let bodyGrowth = changeBody(&edits, carrier)
        changeContentLength(by: bodyGrowth, carrier, in: &edits)
        do throws(EditList.Conflict) {
            return ByteEdit.apply(try edits.ordered(within: message.bytes.count), to: message.bytes)
        } catch {
            throw SIPError(.overlappingEdits, at: error.offset)
        }
    }

    private func remove(_ removed: Set<Int>, at index: Int, in edits: inout EditList) throws(SIPError) {
        let values = try message.values(at: index)
        guard !values.indices.allSatisfy(removed.contains) else {
            edits.remove(message.headers[index].line)
            return
        }
        var first = 0
        while first < values.count {
            guard removed.contains(first) else {
                first += 1
                continue
            }
            var next = first
            while next < values.count, removed.contains(next) { next += 1 }
            // With the comma before it, or where nothing stands before it, with the one behind it.
            let start = first > 0 ? values[first - 1].range.upperBound : values[first].range.lowerBound
            let end = first > 0 ? values[next - 1].range.upperBound : values[next].range.lowerBound
            edits.remove(start..<end)
            first = next
        }
    }

    /// By how much the body grows; the Content-Length of its parts, where they have one, follows.
    private func changeBody(_ edits: inout EditList, _ carrier: Carrier) -> Int {
        let body = message.body
        if !message.hasEmptyLine, newBody != nil || carrier == .stream {
            edits.insert(message.lineEnd, at: body.lowerBound, rank: .last)
        }
        if let newBody {
            edits.replace(body, with: newBody, rank: .last)
            return newBody.count - body.count
        }
        guard message.hasEmptyLine else { return 0 }
        if edits.growth(in: body) != 0, let parts = try? message.bodyParts() {
            for part in parts {
                guard let length = part.contentLength else { continue }
                let growth = edits.growth(in: part.content)
                if growth != 0 { edits.replace(length, with: String(part.content.count + growth)) }
            }
        }
        return edits.growth(in: body)
    }

    private func changeContentLength(by growth: Int, _ carrier: Carrier, in edits: inout EditList) {
        let length = String(message.body.count + growth)
        if let index = message.contentLength {
            // A line that the caller removes has its reasons, on a datagram.
            guard !removedLines.contains(index) || carrier == .stream else { return }
            if removedLines.contains(index) {
                edits.insert(line(SIPHeaderName.contentLength.rawValue, length), at: message.headerEnd)
            } else if growth != 0 {
                edits.replace(message.headers[index].value, with: length)
            }
        } else if carrier == .stream {
            edits.insert(line(SIPHeaderName.contentLength.rawValue, length), at: message.headerEnd)
        }
    }
}
