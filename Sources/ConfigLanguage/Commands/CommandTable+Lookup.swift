/// Finding the commands of a mode.
extension CommandTable {
    /// `nil` where nothing is a command.
    static func tree(of mode: Mode) -> CommandTree? {
        switch mode {
        case .global: globalTree
        case .interface: interfaceTree
        case .networkObject: networkObjectTree
        case .classMap: classMapTree
        case .policyMap: policyMapTree
        case .policyClass: policyClassTree
        case .block(let block): blockTrees[block.kind]
        case .skipped: nil
        }
    }

    /// The title of a mode that has `word` as a command, for whoever gave it in another.
    static func mode(of word: String) -> String? {
        let modes: [(String, CommandTree)] =
            [
                ("interface", interfaceTree), ("object network", networkObjectTree), ("class-map", classMapTree),
                ("policy-map", policyMapTree), ("policy-map … class", policyClassTree),
            ] + Block.Kind.allCases.compactMap { kind in blockTrees[kind].map { (kind.rawValue, $0) } }
        return modes.first { $0.1.firstKeywords.contains(word) }?.0
    }

    private static let globalTree = CommandTree(global)
    private static let interfaceTree = CommandTree(interface)
    private static let networkObjectTree = CommandTree(networkObject)
    private static let classMapTree = CommandTree(classMap)
    private static let policyMapTree = CommandTree(policyMap)
    private static let policyClassTree = CommandTree(policyClass)
    private static let blockTrees = Dictionary(
        uniqueKeysWithValues: Block.Kind.allCases.map { ($0, CommandTree(commands(of: $0))) })
}
