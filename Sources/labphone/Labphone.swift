import ArgumentParser

/// Test equipment: phones as they stand in home offices, one or many.
@main
struct Labphone: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "labphone", abstract: "Boots, and later registers and calls, as remote phones do.")
}
