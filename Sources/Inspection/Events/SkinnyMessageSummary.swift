import Wire

/// Where a Skinny message came from and where it was for, with what it is: all that a log line says of it.
public struct SkinnyMessageSummary: Hashable, Sendable {
    public var id: SkinnyMessageID
    /// As its header has it.
    public var length: Int
    public var source: Endpoint
    public var sourceInterface: InterfaceIndex
    public var destination: Endpoint
    public var destinationInterface: InterfaceIndex

    public init(
        id: SkinnyMessageID, length: Int, source: Endpoint, sourceInterface: InterfaceIndex, destination: Endpoint,
        destinationInterface: InterfaceIndex
    ) {
        self.id = id
        self.length = length
        self.source = source
        self.sourceInterface = sourceInterface
        self.destination = destination
        self.destinationInterface = destinationInterface
    }

    /// `outside:98.208.49.30/49152 to inside:192.0.2.101/2000`.
    public func ends(_ name: (InterfaceIndex) -> String) -> String {
        "\(name(sourceInterface)):\(source.slashed) to \(name(destinationInterface)):\(destination.slashed)"
    }

    public func text(_ name: (InterfaceIndex) -> String) -> String { "\(id.label) from \(ends(name))" }
}
