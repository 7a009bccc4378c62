/// A `show` command about phones' calls.
protocol CallRendering {
    func text(isDetailed: Bool) -> String
    var json: JSONValue { get }
}
