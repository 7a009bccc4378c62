// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours is built this way: memory safety is checked, and a warning is an error.
let strict: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// A Swift module of ours, in `Sources/<name>`.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of one module, in `Tests/<name>Tests`; `also` are modules that the tests need beyond it. All of them may use
/// `TestSupport`: packets, random input and oracles.
func tests(of name: String, also dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.byName(name: name), "TestSupport"] + dependencies,
        exclude: [],
        swiftSettings: strict
    )
}

let package = Package(
    name: "phoneproxy",
    products: [
        .executable(name: "phoneproxy", targets: ["phoneproxy"]),
        .executable(name: "labphone", targets: ["labphone"]),
        // For tools/fuzz, which is a package of its own.
        .library(name: "FuzzTargets", targets: ["FuzzTargets"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        // C: shims and module maps, nothing else.
        .target(name: "CLinux"),
        .systemLibrary(name: "CProcessor"),
        .systemLibrary(name: "CPcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CCares", pkgConfig: "libcares", providers: [.apt(["libc-ares-dev"])]),
        .target(name: "CMediaCrypto", dependencies: ["COpenSSL"]),
        .target(name: "CTLSLibrary", dependencies: ["COpenSSL"]),
        .systemLibrary(name: "CSRTP", pkgConfig: "libsrtp2", providers: [.apt(["libsrtp2-dev"])]),

        // The brain: bytes, configuration, decisions. No I/O below this line.
        module("Wire", ["CProcessor"]),
        module("ConfigLanguage", ["Wire"]),
        module("Inspection", ["Wire", "ConfigLanguage"]),

        // System calls, with owners for what they give: what all hands have in common.
        module("SystemCalls", ["CLinux"]),

        // The hands: each carries, none decides, none sees another.
        module("Capture", ["Wire", "CPcap", "CZlib"]),
        module("Netfilter", ["Wire", "ConfigLanguage", "SystemCalls", "CLinux"]),
        module("Trust", ["Wire", "ConfigLanguage", "COpenSSL"]),
        module("Resolver", ["Wire", "ConfigLanguage", "CCares"]),
        module("TLSProxy", ["Wire", "ConfigLanguage", "SystemCalls", "COpenSSL", "CTLSLibrary", "CLinux"]),
        module("MediaTermination", ["Wire", "SystemCalls", "CMediaCrypto", "CSRTP", "CLinux", "CProcessor"]),

        // The box: the only place that sees brain and hands together.
        module(
            "Box",
            [
                "Wire", "ConfigLanguage", "Inspection", "Capture", "Netfilter", "Trust", "Resolver", "TLSProxy",
                "MediaTermination", "SystemCalls", "CLinux",
            ]),
        .executableTarget(
            name: "phoneproxy",
            dependencies: [
                "Box", "Wire", "ConfigLanguage", "Inspection", "Trust",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),

        // Test equipment: remote phones, many at a time.
        .executableTarget(
            name: "labphone",
            dependencies: [
                "Wire", "ConfigLanguage", "Trust", "MediaTermination", "SystemCalls", "Box", "CLinux", "COpenSSL",
                "CSRTP", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),

        // What tools/bench runs. Not part of the product.
        .executableTarget(
            name: "benchmarks",
            dependencies: [
                "Wire", "ConfigLanguage", "Inspection", "Capture", "Trust", "TLSProxy", "MediaTermination", "Box",
                "SystemCalls", "TestSupport", "MediaTestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),

        .target(
            name: "TestSupport", dependencies: ["Wire", "COpenSSL"], path: "Tests/TestSupport", swiftSettings: strict),
        .target(
            name: "MediaTestSupport",
            dependencies: ["Wire", "MediaTermination", "TestSupport"],
            path: "Tests/MediaTestSupport",
            swiftSettings: strict
        ),
        .target(
            name: "TLSTestSupport",
            dependencies: ["Wire", "ConfigLanguage", "TLSProxy", "TestSupport", "COpenSSL"],
            path: "Tests/TLSTestSupport",
            swiftSettings: strict
        ),
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Wire", "ConfigLanguage", "Inspection", "Capture", "Trust", "TLSProxy", "MediaTermination",
                "TestSupport", "MediaTestSupport",
            ],
            path: "tools/fuzz/Targets",
            swiftSettings: strict
        ),
        tests(of: "Wire", also: ["FuzzTargets"]),
        tests(of: "ConfigLanguage", also: ["Wire"]),
        tests(of: "Inspection", also: ["Wire", "ConfigLanguage"]),
        tests(of: "Capture", also: ["Wire"]),
        tests(of: "SystemCalls"),
        tests(of: "Netfilter", also: ["Wire", "ConfigLanguage", "SystemCalls", "CLinux"]),
        tests(of: "Trust", also: ["Wire", "ConfigLanguage", "COpenSSL"]),
        tests(of: "Resolver", also: ["Wire", "ConfigLanguage"]),
        tests(
            of: "TLSProxy",
            also: ["Wire", "ConfigLanguage", "COpenSSL", "CTLSLibrary", "CLinux", "TLSTestSupport"]),
        tests(of: "MediaTermination", also: ["Wire", "Capture", "SystemCalls", "CLinux", "MediaTestSupport"]),
        tests(of: "labphone", also: ["Wire", "ConfigLanguage", "Trust", "Box", "SystemCalls"]),
        tests(
            of: "Box",
            also: [
                "Wire", "ConfigLanguage", "Inspection", "Capture", "Netfilter", "Trust", "Resolver", "TLSProxy",
                "MediaTermination", "SystemCalls", "CLinux", "TLSTestSupport", "phoneproxy",
            ]),
        tests(of: "benchmarks", also: ["Wire", "ConfigLanguage", "Inspection", "Box"]),
    ]
)
