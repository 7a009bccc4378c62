import Glibc

/// Memory in which thousands of things lie that each packet may need one of: in small pages the processor would have to look
/// up where nearly every one of them is.
enum LargePages {
    /// Of x86 and, mostly, of ARM.
    private static let size = 2 << 20

    /// Room for `capacity` elements, in large pages where the system has them. Pages that nobody touches take no memory.
    static func allocate<Element: ~Copyable>(
        _ capacity: Int, of type: Element.Type
    ) -> UnsafeMutablePointer<Element> {
        let bytes = (capacity * MemoryLayout<Element>.stride + size - 1) / size * size
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: size)
        unsafe madvise(memory, bytes, MADV_HUGEPAGE)
        return unsafe memory.bindMemory(to: type, capacity: capacity)
    }
}
