import ArgumentParser

/// What calls are like, and how many.
struct CallOptions: ParsableArguments {
    @Option(help: "So many calls are made.")
    var calls = 0

    @Option(help: "So many at a time.")
    var simultaneous = 1

    @Option(help: "So many new ones a second.")
    var rate = 20.0

    @Option(help: "Seconds that a caller talks.")
    var talk = 5.0

    @Option(help: "Seconds in the middle of it that the call is on hold.")
    var hold = 0.0

    @Option(help: "Seconds that one who is called lets it ring.")
    var ring = 0.0

    @Option(help: "What is sent: none|tone|echo; echo: who is called sends back what comes.")
    var media = "echo"

    @Option(help: "Tones, 10 to 3900 Hz,…: Skinny phones send one each in turn. All are known when heard.")
    var frequency = "431"

    @Option(help: "Seconds until a request that nobody answers is given up.")
    var timeout = 10.0

    @Option(help: "Seconds to stay and answer calls.")
    var stay = 0.0

    @Option(help: "Seconds after which it ends, whatever is under way; 7200 at most.")
    var limit = 600.0

    func validate() throws {
        guard CallSettings.Media(rawValue: media) != nil else {
            throw ValidationError("--media is none, tone or echo")
        }
        _ = try ToneList.read(frequency)
        guard (0...1_000_000).contains(calls), (1...20_000).contains(simultaneous), rate > 0, rate <= 10_000 else {
            throw ValidationError("--calls is 1000000 at most, --simultaneous 20000, --rate 10000")
        }
        guard talk > 0, talk <= 7200, hold >= 0, ring >= 0, stay >= 0, stay <= 7200, (1...7200).contains(limit),
            (0.5...60).contains(timeout)
        else { throw ValidationError("times are seconds: --limit 1 to 7200, --timeout 0.5 to 60") }
    }

    var settings: CallSettings {
        var settings = CallSettings()
        settings.media = CallSettings.Media(rawValue: media) ?? .echo
        settings.seconds = talk
        settings.holdSeconds = hold
        settings.ringSeconds = ring
        settings.timeout = timeout
        settings.tones = (try? ToneList.read(frequency)) ?? settings.tones
        return settings
    }

    var plan: CallPlan { CallPlan(calls: calls, simultaneous: simultaneous, rate: rate) }
}
