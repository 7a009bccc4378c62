// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the sanitizers' flags never touch the product. Built and run by `tools/fuzz/run`.
let package = Package(
    name: "fuzz",
    dependencies: [.package(name: "phoneproxy", path: "../..")],
    targets: [
        .target(name: "CLibFuzzer"),
        .executableTarget(
            name: "fuzz",
            dependencies: ["CLibFuzzer", .product(name: "FuzzTargets", package: "phoneproxy")],
            swiftSettings: [.strictMemorySafety(), .treatAllWarnings(as: .error)]
        ),
    ]
)
