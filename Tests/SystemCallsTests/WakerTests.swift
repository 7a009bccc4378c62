import Glibc
import SystemCalls
import Testing

/// A thread that waits in a poll is woken from others.
@Suite struct WakerTests {
    private func isReadable(_ waker: Waker, milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: waker.descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&entry, 1, milliseconds) == 1
    }

    @Test func wakingTwiceIsAsGoodAsOnce() throws {
        let waker = try Waker()
        #expect(!isReadable(waker, milliseconds: 0))
        #expect(!waker.take())
        waker.wake()
        waker.wake()
        #expect(isReadable(waker, milliseconds: 0))
        #expect(waker.take())
        #expect(!waker.take())
        #expect(!isReadable(waker, milliseconds: 0))
    }

    @Test func whoDidNotLookIsToldAllTheSame() throws {
        let waker = try Waker()
        #expect(!waker.take(isReadable: false))
        waker.wake()
        #expect(waker.take(isReadable: false))
        #expect(!isReadable(waker, milliseconds: 0))
        #expect(!waker.take(isReadable: false))
    }

    @Test func aWaitThatHasBegunEnds() throws {
        let waker = try Waker()
        let thread = try WorkerThread {
            MonotonicClock.sleep(nanoseconds: 20_000_000)
            waker.wake()
        }
        #expect(isReadable(waker, milliseconds: 10_000))
        thread.join()
    }
}
