import CLinux
import Glibc
import SystemCalls

/// A ring of an AF_XDP socket, of which one side is the kernel's. Both sides' counts go on for ever, modulo 2^32.
@safe
final class SharedRing<Element: BitwiseCopyable> {
    private let memory: UnsafeMutableRawPointer
    private let size: Int
    private let capacity: Int
    private let producer: UnsafeMutablePointer<UInt32>
    private let consumer: UnsafeMutablePointer<UInt32>
    private let elements: UnsafeMutablePointer<Element>
    /// Our side's count.
    private var count: UInt32 = 0

    /// - Parameters:
    ///   - offset: tells mmap which ring it is.
    ///   - capacity: a power of two.
    init(
        _ socket: borrowing Descriptor, _ offset: Int, _ places: xdp_ring_offset, capacity: Int
    ) throws(SystemError) {
        size = Int(places.desc) + capacity * MemoryLayout<Element>.stride
        let flags = MAP_SHARED | MAP_POPULATE
        let memory = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, flags, socket.number, offset)
        guard let memory = unsafe memory, unsafe memory != MAP_FAILED else { throw .last("mmap(AF_XDP ring)") }
        unsafe self.memory = memory
        self.capacity = capacity
        unsafe producer = (memory + Int(places.producer)).assumingMemoryBound(to: UInt32.self)
        unsafe consumer = (memory + Int(places.consumer)).assumingMemoryBound(to: UInt32.self)
        unsafe elements = (memory + Int(places.desc)).assumingMemoryBound(to: Element.self)
    }

    deinit { unsafe munmap(memory, size) }

    private var place: Int { Int(count) & (capacity - 1) }

    // MARK: Of a ring that we fill

    /// The kernel has taken everything.
    var isEmpty: Bool { unsafe CLinux_loadAcquire(consumer) == count }

    /// Puts an element where the kernel sees it with the next ``publish()``; there must be room.
    func put(_ element: Element) {
        unsafe elements[place] = element
        count &+= 1
    }

    func publish() { unsafe CLinux_storeRelease(producer, count) }

    // MARK: Of a ring that the kernel fills

    /// The oldest element, whose place the kernel gets back.
    func take() -> Element? {
        guard unsafe CLinux_loadAcquire(producer) != count else { return nil }
        let element = unsafe elements[place]
        count &+= 1
        unsafe CLinux_storeRelease(consumer, count)
        return element
    }
}
