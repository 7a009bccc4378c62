import Inspection
import Netfilter

/// A queue of the kernel's, and what it brings.
struct InlineQueue {
    let queue: PacketQueue
    /// Where its packets came in.
    let interface: InterfaceIndex
    /// The kernel lets what the box answers leave in place of a packet that came in here.
    let answersInPlace: Bool
}
