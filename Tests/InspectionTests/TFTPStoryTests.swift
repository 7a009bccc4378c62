import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// Whole transfers through the box, packet by packet.
@Suite struct TFTPStoryTests {
    @Test func downloadThroughOneToOneNAT() throws {
        let box = TestBox(
            try Configuration.box().translating("192.0.2.101", to: "10.10.0.26")
                .listing([try entry(.permit, .udp, to: "10.10.0.26", eq: 69)], on: "outside"))
        let phone = try TFTPHost(box, on: "outside", "98.208.49.30:50000", to: "10.10.0.26:69")
        let server = try TFTPHost(box, on: "inside", "192.0.2.101:40001", to: "98.208.49.30:50000")
        phone.read("SEP.cnf.xml")
        server.data(1)
        phone.to(port: 40001).acknowledge(1)
        server.data(2, 100)
        phone.to(port: 40001).acknowledge(2)
        box.wait(10)
        #expect(
            box.text == """
                outside 98.208.49.30:50000 > 10.10.0.26:69 RRQ SEP.cnf.xml | inside 98.208.49.30:50000 > 192.0.2.101:69
                  built udp 1: outside 98.208.49.30:50000 > 10.10.0.26:69, answers inside 192.0.2.101:69 > 98.208.49.30:50000
                  tftp read SEP.cnf.xml from 192.0.2.101:69
                  pinhole inside 192.0.2.101 > 98.208.49.30:50000 opened
                inside 192.0.2.101:40001 > 98.208.49.30:50000 DATA 1 (512) | outside 10.10.0.26:40001 > 98.208.49.30:50000
                  pinhole inside 192.0.2.101 > 98.208.49.30:50000 used
                  built udp 2: inside 192.0.2.101:40001 > 98.208.49.30:50000, answers outside 98.208.49.30:50000 > 10.10.0.26:40001
                outside 98.208.49.30:50000 > 10.10.0.26:40001 ACK 1 | inside 98.208.49.30:50000 > 192.0.2.101:40001
                  pinhole inside 192.0.2.101 > 98.208.49.30:50000 done
                inside 192.0.2.101:40001 > 98.208.49.30:50000 DATA 2 (100) | outside 10.10.0.26:40001 > 98.208.49.30:50000
                outside 98.208.49.30:50000 > 10.10.0.26:40001 ACK 2 | inside 98.208.49.30:50000 > 192.0.2.101:40001
                  tftp SEP.cnf.xml complete: 2 blocks of 512, 612 bytes
                  ended 1: TFTP transfer finished, 20 bytes
                  ended 2: TFTP transfer finished, 628 bytes
                """)
        #expect(box.counters.pinholesOpened == 1)
        #expect(box.counters.pinholesUsed == 1)
        #expect(box.counters.pinholesExpired == 0)
        #expect(box.counters.count(of: .inspectTFTP) == 5)
    }

    /// Only port 69 of the interface's address is the server's; its other ports follow through the pinhole.
    @Test func downloadThroughStaticPAT() throws {
        let box = TestBox(try .patBox())
        let phone = try TFTPHost(box, on: "outside", "98.208.49.30:50000", to: "10.10.0.24:69")
        let server = try TFTPHost(box, on: "inside", "192.0.2.101:40001", to: "98.208.49.30:50000")
        phone.read("a")
        server.data(1, 3)
        phone.to(port: 40001).acknowledge(1)
        #expect(
            box.text == """
                outside 98.208.49.30:50000 > 10.10.0.24:69 RRQ a | inside 98.208.49.30:50000 > 192.0.2.101:69
                  built udp 1: outside 98.208.49.30:50000 > 10.10.0.24:69, answers inside 192.0.2.101:69 > 98.208.49.30:50000
                  tftp read a from 192.0.2.101:69
                  pinhole inside 192.0.2.101 > 98.208.49.30:50000 opened
                inside 192.0.2.101:40001 > 98.208.49.30:50000 DATA 1 (3) | outside 10.10.0.24:40001 > 98.208.49.30:50000
                  pinhole inside 192.0.2.101 > 98.208.49.30:50000 used
                  built udp 2: inside 192.0.2.101:40001 > 98.208.49.30:50000, answers outside 98.208.49.30:50000 > 10.10.0.24:40001
                outside 98.208.49.30:50000 > 10.10.0.24:40001 ACK 1 | inside 98.208.49.30:50000 > 192.0.2.101:40001
                  pinhole inside 192.0.2.101 > 98.208.49.30:50000 done
                  tftp a complete: 1 blocks of 512, 3 bytes
                """)
    }

    @Test func uploadFromInside() throws {
        let box = TestBox(try Configuration.box())
        let phone = try TFTPHost(box, on: "inside", "192.0.2.50:50000", to: "203.0.113.9:69")
        let server = try TFTPHost(box, on: "outside", "203.0.113.9:1024", to: "192.0.2.50:50000")
        phone.write("log")
        server.acknowledge(0)
        phone.to(port: 1024).data(1)
        server.acknowledge(1)
        phone.to(port: 1024).data(2, 0)
        server.acknowledge(2)
        #expect(
            box.text == """
                inside 192.0.2.50:50000 > 203.0.113.9:69 WRQ log | outside
                  built udp 1: inside 192.0.2.50:50000 > 203.0.113.9:69, answers outside 203.0.113.9:69 > 192.0.2.50:50000
                  tftp write log from 203.0.113.9:69
                  pinhole outside 203.0.113.9 > 192.0.2.50:50000 opened
                outside 203.0.113.9:1024 > 192.0.2.50:50000 ACK 0 | inside
                  pinhole outside 203.0.113.9 > 192.0.2.50:50000 used
                  built udp 2: outside 203.0.113.9:1024 > 192.0.2.50:50000, answers inside 192.0.2.50:50000 > 203.0.113.9:1024
                inside 192.0.2.50:50000 > 203.0.113.9:1024 DATA 1 (512) | outside
                  pinhole outside 203.0.113.9 > 192.0.2.50:50000 done
                outside 203.0.113.9:1024 > 192.0.2.50:50000 ACK 1 | inside
                inside 192.0.2.50:50000 > 203.0.113.9:1024 DATA 2 (0) | outside
                outside 203.0.113.9:1024 > 192.0.2.50:50000 ACK 2 | inside
                  tftp log complete: 2 blocks of 512, 512 bytes
                """)
    }

    /// RFC 7440: the client acknowledges every fourth block.
    @Test func windowedDownloadOverIPv6() throws {
        let box = TestBox(
            try Configuration.box().translating("2001:db8:1::101", to: "2001:db8:2::26")
                .listing([try entry(.permit, .udp, to: "2001:db8:1::101", eq: 69)], on: "outside"))
        let phone = try TFTPHost(box, on: "outside", "[2001:db8:9::30]:50000", to: "[2001:db8:2::26]:69")
        let server = try TFTPHost(box, on: "inside", "[2001:db8:1::101]:40001", to: "[2001:db8:9::30]:50000")
        let options = [("blksize", "1024"), ("windowsize", "4")]
        phone.read("term70.jar", options)
        server.grant(options)
        phone.to(port: 40001).acknowledge(0)
        for block in 1...4 { server.data(UInt16(block), 1024) }
        phone.to(port: 40001).acknowledge(4)
        for block in 5...6 { server.data(UInt16(block), block == 6 ? 10 : 1024) }
        phone.to(port: 40001).acknowledge(6)
        #expect(
            box.outcomes.map(\.route) == [
                "[2001:db8:9::30]:50000 > [2001:db8:1::101]:69",
                "[2001:db8:2::26]:40001 > [2001:db8:9::30]:50000",
                "[2001:db8:9::30]:50000 > [2001:db8:1::101]:40001",
            ] + Array(repeating: "[2001:db8:2::26]:40001 > [2001:db8:9::30]:50000", count: 4)
                + ["[2001:db8:9::30]:50000 > [2001:db8:1::101]:40001"]
                + Array(repeating: "[2001:db8:2::26]:40001 > [2001:db8:9::30]:50000", count: 2)
                + ["[2001:db8:9::30]:50000 > [2001:db8:1::101]:40001"])
        let transfer = try #require(box.transfers.first)
        #expect(transfer.status == .complete)
        #expect(transfer.blockSize == 1024)
        #expect(transfer.blocks == 6)
        #expect(transfer.bytes == 5 * 1024 + 10)
        #expect(transfer.grantedOptions.map(\.value) == ["1024", "4"])
    }

    /// A recording by itself: no interfaces, everything permitted, followed all the same.
    @Test func recordingWithoutConfiguration() throws {
        let box = TestBox(.recording())
        let phone = try TFTPHost(box, "192.168.0.2:50000", to: "192.168.0.1:69")
        let server = try TFTPHost(box, "192.168.0.1:40001", to: "192.168.0.2:50000")
        phone.read("x")
        server.data(1, 0)
        phone.to(port: 40001).acknowledge(1)
        #expect(box.outcomes.allSatisfy { $0.isForwarded && !$0.verdict.isRewritten })
        #expect(box.transfers.map(\.status) == [.complete])
    }
}
