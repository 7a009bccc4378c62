import Wire

// The blocks around the packets.

extension PcapngWriter {
    mutating func writeSectionHeader() throws(CaptureError) {
        let application = "phoneproxy"
        let length = 28 + 4 + PcapngBlock.padded(application.utf8.count) + 4
        try reserve(length)
        output.append(PcapngBlock.sectionHeader)
        output.append(UInt32(length))
        output.append(PcapngBlock.byteOrderMagic)
        output.append(UInt16(1))
        output.append(UInt16(0))
        // The section's length: not known in advance.
        output.append(UInt64.max)
        output.appendOption(
            PcapngOption.sectionUserApplication, application.utf8Span.span, count: application.utf8.count)
        endOptions(length)
    }

    /// Describes one more interface and returns its number.
    public mutating func add(_ interface: CaptureInterface) throws(CaptureError) -> Int {
        guard interfaces.count < CaptureLimits.interfaces else { throw .refused(.tooManyInterfaces) }
        if !hasFailed { try describe(interface) }
        interfaces.append(interface)
        return interfaces.count - 1
    }

    private mutating func describe(_ interface: CaptureInterface) throws(CaptureError) {
        let name = interface.name.utf8Span.span
        let nameLength = utf8Length(of: name, limit: CaptureLimits.interfaceText)
        let text = interface.description.utf8Span.span
        let textLength = utf8Length(of: text, limit: CaptureLimits.interfaceText)
        let options = Self.optionLength(nameLength) + Self.optionLength(textLength) + Self.optionLength(1) + 4
        let length = 16 + options + 4
        try reserve(length)
        output.append(PcapngBlock.interfaceDescription)
        output.append(UInt32(length))
        output.append(UInt16(truncatingIfNeeded: interface.linkType.rawValue))
        output.append(UInt16(0))
        output.append(UInt32(clamping: interface.snapLength))
        if nameLength > 0 { output.appendOption(PcapngOption.interfaceName, name, count: nameLength) }
        if textLength > 0 { output.appendOption(PcapngOption.interfaceDescription, text, count: textLength) }
        // One byte of value, 9 for nanoseconds, and three of padding.
        output.append(PcapngOption.interfaceResolution)
        output.append(UInt16(1))
        output.append(UInt32(9))
        endOptions(length)
    }

    /// What an option with a value of `count` bytes takes; nothing for an empty one, which is left out.
    static func optionLength(_ count: Int) -> Int { count == 0 ? 0 : 4 + PcapngBlock.padded(count) }

    private mutating func endOptions(_ length: Int) {
        output.append(UInt32(PcapngOption.end))
        output.append(UInt32(length))
    }

    /// Ends the file. `statistics`, one per interface in order, are written as interface statistics blocks.
    public mutating func close(statistics: [InterfaceStatistics] = []) throws(CaptureError) {
        for interface in 0..<min(statistics.count, interfaces.count) {
            try writeStatistics(statistics[interface], interface)
        }
        try flush()
    }

    private mutating func writeStatistics(
        _ statistics: InterfaceStatistics, _ interface: Int
    ) throws(CaptureError) {
        if hasFailed { return }
        let length = 20 + 2 * Self.optionLength(8) + 4 + 4
        try reserve(length)
        output.append(PcapngBlock.interfaceStatistics)
        output.append(UInt32(length))
        output.append(UInt32(interface))
        appendTimestamp(statistics.moment)
        for (code, value) in [
            (PcapngOption.statisticsReceived, statistics.received),
            (PcapngOption.statisticsDropped, statistics.dropped),
        ] {
            output.append(code)
            output.append(UInt16(8))
            output.append(value)
        }
        endOptions(length)
    }
}
