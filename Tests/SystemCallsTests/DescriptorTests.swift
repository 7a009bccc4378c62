import Glibc
import SystemCalls
import Testing

@Suite struct DescriptorTests {
    @Test func aFailureNamesTheCallAndTheError() {
        #expect(SystemError("sendmsg", EPERM).description == "sendmsg: EPERM: Operation not permitted")
        #expect(SystemError("sendmsg", 99_999).description == "sendmsg: error 99999")
        #expect(throws: SystemError("open x", ENOENT)) {
            _ = try Descriptor(unsafe open("/no/such/file", O_RDONLY | O_CLOEXEC), from: "open x")
        }
    }

    @Test func itIsClosedWithItsOwner() throws {
        let number = try {
            let file = try Descriptor(unsafe open("/dev/null", O_RDONLY | O_CLOEXEC), from: "open")
            #expect(fcntl(file.number, F_GETFD) >= 0)
            return file.number
        }()
        // Another test's thread may have got the number meanwhile; this file it is not.
        var facts = stat()
        var null = stat()
        unsafe stat("/dev/null", &null)
        #expect(unsafe fstat(number, &facts) != 0 || facts.st_rdev != null.st_rdev)
    }

    @Test func theErrorOfASocketIsTakenOnce() throws {
        let socket = try Descriptor(
            socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0), from: "socket")
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        try socket.bind(to: address, "bind")
        try socket.setOption(SOL_SOCKET, SO_RCVBUF, Int32(8_192), "SO_RCVBUF")
        #expect(socket.takeError() == 0)
        #expect(try !socket.waitReadable(milliseconds: 0))
        #expect(throws: SystemError("SO_MARK", ENOPROTOOPT)) {
            try socket.setOption(SOL_SOCKET, 9_999, Int32(1), "SO_MARK")
        }
        address.sin_addr.s_addr = UInt32(0xc000_0201).bigEndian
        #expect(throws: SystemError("bind", EADDRNOTAVAIL)) { try socket.bind(to: address, "bind") }
    }

    @Test func theClockDoesNotStep() {
        let start = MonotonicClock.now
        MonotonicClock.sleep(nanoseconds: 3_000_000)
        #expect(MonotonicClock.now &- start >= 3_000_000)
    }
}
