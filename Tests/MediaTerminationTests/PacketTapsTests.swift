import Testing

@testable import MediaTermination

@Suite struct PacketTapsTests {
    private static let heading = "sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n"
    private static let tap = "00000000a1b2c3d4 3      3    0003   5     1 4096   72     102\n"
    private static let ring = "0000000000000000 3      2    0800   2     1 0      0      101\n"

    @Test func onlyWhoLooksAtAllPacketsCounts() {
        let taps = PacketTaps(Self.heading + Self.ring + Self.tap)
        #expect(taps.watch(5))
        #expect(!taps.watch(2))
    }

    @Test func aTapOfAllDevicesIsOneOfEach() {
        let taps = PacketTaps(Self.heading + "00000000a1b2c3d4 3      3    0003   0     1 0      0      7\n")
        #expect(taps.watch(2))
    }

    @Test func nobodyLooksWhereThereIsNoTap() {
        for table in [Self.heading, Self.heading + Self.ring, "", Self.heading + "0 1 2\n\nx y z 0003 many\n"] {
            #expect(!PacketTaps(table).watch(2), "\(table)")
        }
    }

    @Test func whatCanNotBeToldIsTakenForALook() { #expect(PacketTaps(nil).watch(2)) }

    @Test func aTableThatIsMissingOrEndlessCanNotBeTold() {
        #expect(PacketTaps.read("/proc/self/nothing") == nil)
        #expect(PacketTaps.read("/dev/zero") == nil)
        #expect(PacketTaps.read("/dev/null") == "")
    }
}
