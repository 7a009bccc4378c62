/// What a thread reads into, one connection after the other: an idle one holds no buffer.
///
/// This file is one of the thin wrappers around C.
@safe
final class ReadBuffer {
    let length: Int
    private let room: UnsafeMutableRawBufferPointer

    init(length: Int) {
        self.length = length
        unsafe room = .allocate(byteCount: length, alignment: 16)
    }

    deinit { unsafe room.deallocate() }

    func fill(_ read: (UnsafeMutableRawBufferPointer) -> TCPSocket.Transfer) -> TCPSocket.Transfer {
        unsafe read(room)
    }

    /// Runs `body` with the first `count` bytes.
    func with(_ count: Int, _ body: (Span<UInt8>) -> Void) {
        body(unsafe Span(_unsafeBytes: UnsafeRawBufferPointer(rebasing: room[..<count])))
    }
}
