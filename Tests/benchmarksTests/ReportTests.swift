import Testing

@testable import benchmarks

/// What `tools/bench` promises about its last line.
struct ReportTests {
    @Test(
        "a benchmark is met only when every ratio was measured and reaches its target",
        arguments: [
            ([1.0], true), ([0.99], false), ([1.2, 1.0], true), ([1.2, 0.9], false), ([1.2, nil], false), ([], false),
        ] as [([Double?], Bool)])
    func met(ratios: [Double?], isMet: Bool) {
        var report = Report("test")
        for (index, ratio) in ratios.enumerated() { report.judge("ratio\(index)", ratio, atLeast: 1) }
        #expect(report.isMet == isMet)
    }

    @Test("the keys stand in the order of the contract, and ratio and target share theirs")
    func keys() throws {
        let words = [
            "ours.packetsPerSecond=240000", "floor.packetsPerSecond=250000",
            "oursToFloor=ours.packetsPerSecond/floor.packetsPerSecond>=0.9",
        ]
        #expect(
            try Report("nfqueue", words: words).json.compact == """
                {"name":"nfqueue","ours":{"packetsPerSecond":240000},"floor":{"packetsPerSecond":250000},"peer":null,\
                "ratio":{"oursToFloor":0.960000},"target":{"oursToFloor":0.900000},"met":true}
                """)
    }

    @Test("a ratio may be a number of its own, or null")
    func number() throws {
        let report = try Report("nfqueue", words: ["oursToFloor=0.91>=0.9", "floorToOurs=null>=1"])
        #expect(report.ratios["oursToFloor"] == 0.91)
        #expect(report.ratios["floorToOurs"] == nil)
        #expect(report.ratios.entries.count == 2)
    }

    @Test("what could not be measured is null, with the reason, and can not be met")
    func missing() throws {
        let words = [
            "ours.seconds=2", "peer.seconds=null", "peerToOurs=peer.seconds/ours.seconds>=20",
            "why:peer.seconds=tshark = not there",
        ]
        #expect(
            try Report("replay", words: words).json.compact == """
                {"name":"replay","ours":{"seconds":2},"floor":null,"peer":{"seconds":null},"ratio":{"peerToOurs":null},\
                "target":{"peerToOurs":20},"met":false,"why":{"peer.seconds":"tshark = not there"}}
                """)
    }

    @Test(
        "a ratio is null when there is nothing to divide, or nothing to divide by",
        arguments: [(nil, 1, nil), (1, nil, nil), (1, 0, nil), (3, 2, 1.5)] as [(Double?, Double?, Double?)])
    func quotient(top: Double?, bottom: Double?, expected: Double?) {
        #expect(Report.quotient(top, bottom) == expected)
    }

    @Test(
        "a word that is no figure is refused, and named",
        arguments: [
            "ours.seconds", "ours.=1", "theirs.seconds=1", "ours.seconds=fast", "ours.seconds=inf", "ours.seconds=nan",
            "ratio=1", "ratio=ours.a>=1", "ratio=>=1", "ratio=a/b/c>=1", "ratio=ours.a/floor.b",
            "ratio=ours.a/floor.b>=x", "=ours.a/floor.b>=1", "",
        ])
    func refused(word: String) {
        let error = #expect(throws: NotAFigure.self) { try Report("test", words: [word]) }
        #expect(error?.word == word)
    }

    @Test(
        "the median is the middle, or the mean of the two in the middle",
        arguments: [([], nil), ([3], 3), ([9, 1, 5], 5), ([4, 1, 3, 2], 2.5)] as [([Double], Double?)])
    func median(values: [Double], expected: Double?) {
        #expect(values.median == expected)
    }
}
