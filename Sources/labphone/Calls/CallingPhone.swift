import Box

/// A phone as a fleet sees it, whatever it speaks.
protocol CallingPhone: AnyObject {
    var standing: PhoneStanding { get }
    /// Why it is not registered.
    var failure: String? { get }
    var registrations: Int { get }
    /// Seconds until it was registered for the first time.
    var seconds: Double? { get }
    var openCalls: Int { get }
    /// Registered, and not in a call.
    var isIdle: Bool { get }
    var json: JSONValue { get }

    func start()

    /// Calls a number of its server's.
    func call(_ number: String)

    /// Hangs up, takes the registration back, and ends.
    func stop()
}

enum PhoneStanding { case notYet, registered, gone }
