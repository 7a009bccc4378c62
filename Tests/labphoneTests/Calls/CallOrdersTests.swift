import Glibc
import Testing

@testable import labphone

@Suite struct CallOrdersTests {
    private func ordered(_ text: String) -> Int {
        var orders = CallOrders()
        orders.add(Array(text.utf8)[...])
        return orders.takeCalls()
    }

    @Test func aLineOrdersCalls() {
        #expect(ordered("calls 20\n") == 20)
        #expect(ordered("calls 20\ncalls 3\n") == 23)
    }

    @Test func aLineCountsOnceItIsWhole() {
        var orders = CallOrders()
        orders.add(Array("calls 1".utf8)[...])
        #expect(orders.takeCalls() == 0)
        orders.add(Array("0\n".utf8)[...])
        #expect(orders.takeCalls() == 10)
        #expect(orders.takeCalls() == 0)
    }

    @Test(arguments: ["calls\n", "calls 0\n", "calls -1\n", "calls 10000000\n", "call 1\n", "calls 1 2\n", "\n"])
    func whatIsNoOrderOrdersNothing(_ line: String) { #expect(ordered(line) == 0) }

    @Test func aLineWithoutEndIsNotKept() {
        let endless = String(repeating: "x", count: 10_000)
        #expect(ordered(endless + "\ncalls 7\n") == 7)
    }

    @Test func itEndsWhenItIsTold() {
        var orders = CallOrders()
        orders.add(Array("calls 4\nend\n".utf8)[...])
        #expect(orders.takeCalls() == 4)
        #expect(orders.hasEnded)
    }

    @Test func itEndsWithThePipe() {
        var ends: [Int32] = [0, 0]
        #expect(unsafe pipe(&ends) == 0)
        var orders = CallOrders()
        #expect(unsafe write(ends[1], "calls 4\n", 8) == 8)
        orders.read(from: ends[0])
        #expect(orders.takeCalls() == 4)
        #expect(!orders.hasEnded)
        close(ends[1])
        orders.read(from: ends[0])
        #expect(orders.hasEnded)
    }
}
