// swift-tools-version: 6.2
import PackageDescription

/// The settings of every Swift target: Swift 6 mode comes from the tools version.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "dossier",
    products: [.executable(name: "dossier", targets: ["dossier"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Libraries of the system, each behind one Swift module.
        .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CXMLShim", dependencies: ["CLibXML2"]),
        .target(name: "CBuiltIns", exclude: ["regenerate.sh", "index.inc"]),

        .target(name: "Diagnostics", swiftSettings: settings),
        .target(name: "BuiltIns", dependencies: ["CBuiltIns"], swiftSettings: settings),
        .target(name: "LibXML", dependencies: ["CLibXML2", "CXMLShim", "Diagnostics"], swiftSettings: settings),
        .target(
            name: "StructuredText",
            dependencies: ["Diagnostics", "CZlib", .product(name: "Yams", package: "Yams")], swiftSettings: settings),
        .target(name: "EvidenceModel", dependencies: ["Diagnostics", "StructuredText"], swiftSettings: settings),
        .target(
            name: "EvidenceReaders", dependencies: ["EvidenceModel", "StructuredText", "LibXML", "Diagnostics"],
            swiftSettings: settings),
        .target(
            name: "Workspaces", dependencies: ["EvidenceModel", "Redaction", "StructuredText", "Diagnostics", "BuiltIns"],
            swiftSettings: settings),
        .target(
            name: "DurableStorage", dependencies: ["StructuredText", "Diagnostics", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings),
        .target(
            name: "TransparencyLog", dependencies: ["DurableStorage", "StructuredText", "Diagnostics", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings),
        // Certificates and their ASN.1 are slow to build: only this target and those that sign or verify link them.
        .target(
            name: "Signatures",
            dependencies: [
                "DurableStorage", "LibXML", "StructuredText", "Diagnostics", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"), .product(name: "X509", package: "swift-certificates"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ], swiftSettings: settings),
        .target(
            name: "BagArchives",
            dependencies: ["DurableStorage", "StructuredText", "Diagnostics", "CZlib", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings),
        .target(
            name: "Redaction",
            dependencies: [
                "TransparencyLog", "LibXML", "StructuredText", "Diagnostics", .product(name: "Crypto", package: "swift-crypto"),
            ], swiftSettings: settings),
        .target(
            name: "EvidenceLocker",
            dependencies: [
                "EvidenceModel", "DurableStorage", "TransparencyLog", "Redaction", "StructuredText", "Diagnostics",
                .product(name: "Crypto", package: "swift-crypto"),
            ], swiftSettings: settings),
        .target(
            name: "EvidenceCollection",
            dependencies: ["EvidenceModel", "EvidenceReaders", "EvidenceLocker", "DurableStorage", "Redaction", "Workspaces", "StructuredText", "Diagnostics"],
            swiftSettings: settings),
        .target(
            name: "ControlFrameworks",
            dependencies: [
                "EvidenceModel", "StructuredText", "Diagnostics", "BuiltIns", .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .target(
            name: "GapAnalysis",
            dependencies: ["ControlFrameworks", "EvidenceModel", "Workspaces", "StructuredText", "Diagnostics"], swiftSettings: settings),
        .target(
            name: "ReportModel",
            dependencies: ["GapAnalysis", "ControlFrameworks", "EvidenceModel", "EvidenceLocker", "Workspaces", "StructuredText", "Diagnostics"],
            swiftSettings: settings),
        .target(
            name: "ReportWriters", dependencies: ["ReportModel", "EvidenceModel", "LibXML", "StructuredText", "Diagnostics", "BuiltIns"],
            swiftSettings: settings),
        .target(
            name: "EvidenceBundles",
            dependencies: [
                "BagArchives", "Signatures", "TransparencyLog", "Redaction", "EvidenceLocker", "EvidenceModel", "DurableStorage", "LibXML", "Workspaces",
                "ControlFrameworks", "GapAnalysis", "ReportModel", "ReportWriters", "StructuredText", "Diagnostics", "BuiltIns",
                .product(name: "Crypto", package: "swift-crypto"),
            ], swiftSettings: settings),
        .target(
            name: "CommandLineInterface",
            dependencies: [
                "Diagnostics", "BuiltIns", "StructuredText", "EvidenceModel", "EvidenceReaders", "EvidenceCollection",
                "EvidenceLocker", "ControlFrameworks", "GapAnalysis", "ReportModel", "ReportWriters", "Workspaces", "DurableStorage",
                "TransparencyLog", "Signatures", "BagArchives", "Redaction", "EvidenceBundles", "Retention", "Attestations",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .target(
            name: "Retention",
            dependencies: ["ControlFrameworks", "GapAnalysis", "EvidenceModel", "Workspaces", "BuiltIns", "StructuredText", "Diagnostics"],
            swiftSettings: settings),
        .target(
            name: "Attestations",
            dependencies: [
                "EvidenceModel", "Workspaces", "ControlFrameworks", "Signatures", "StructuredText", "Diagnostics",
                .product(name: "Crypto", package: "swift-crypto"),
            ], swiftSettings: settings),

        // What Benchmarks/ measures without the command line around it.
        .executableTarget(
            name: "BagBenchmark", dependencies: ["BagArchives", "DurableStorage", "StructuredText", "Diagnostics"], path: "Benchmarks/BagBenchmark",
            swiftSettings: settings),
        .executableTarget(name: "ledger-benchmark", dependencies: ["TransparencyLog"], path: "Benchmarks/LedgerBenchmark", swiftSettings: settings),

        .executableTarget(
            name: "flip-bundle", dependencies: ["BagArchives", "EvidenceBundles", "Signatures", "DurableStorage", "StructuredText", "Diagnostics"],
            path: "Tests/Faults/FlipBundle", swiftSettings: settings),

        .executableTarget(name: "dossier", dependencies: ["CommandLineInterface"], swiftSettings: settings),

        .testTarget(
            name: "EvidenceReadersTests", dependencies: ["EvidenceReaders", "EvidenceModel", "StructuredText", "Diagnostics", "LibXML"], swiftSettings: settings
        ),
        .testTarget(
            name: "ReportWritersTests",
            dependencies: [
                "ReportWriters", "ReportModel", "GapAnalysis", "ControlFrameworks", "EvidenceModel", "EvidenceLocker", "DurableStorage", "Workspaces",
                "StructuredText", "Diagnostics", "BuiltIns", "LibXML",
            ], swiftSettings: settings),
        .testTarget(name: "StructuredTextTests", dependencies: ["StructuredText", "Diagnostics", "TestSupport", "CZlib"], swiftSettings: settings),
        .testTarget(
            name: "SampleWorkspaceTests",
            dependencies: ["EvidenceCollection", "EvidenceLocker", "ControlFrameworks", "GapAnalysis", "EvidenceModel", "Workspaces", "EvidenceReaders"],
            swiftSettings: settings),
        .testTarget(
            name: "ControlFrameworksTests",
            dependencies: ["ControlFrameworks", "EvidenceModel", "GapAnalysis", "BuiltIns", "StructuredText", "Diagnostics", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "WorkspacesTests", dependencies: ["Workspaces", "EvidenceModel", "StructuredText", "Diagnostics", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "EvidenceLockerTests",
            dependencies: [
                "EvidenceLocker", "TransparencyLog", "Redaction", "DurableStorage", "EvidenceModel", "StructuredText", "Diagnostics", "TestSupport",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "EvidenceCollectionTests",
            dependencies: [
                "EvidenceCollection", "EvidenceLocker", "DurableStorage", "EvidenceReaders", "EvidenceModel", "ControlFrameworks", "Workspaces",
                "StructuredText", "Diagnostics", "TestSupport",
            ], swiftSettings: settings),
        .testTarget(
            name: "CommandLineTests",
            dependencies: ["dossier", "EvidenceLocker", "EvidenceModel", "TransparencyLog", "StructuredText", "LibXML", "Diagnostics", "TestSupport"],
            exclude: ["Transcripts"],
            swiftSettings: settings),
        .testTarget(name: "EvidenceModelTests", dependencies: ["EvidenceModel", "StructuredText", "Diagnostics"], swiftSettings: settings),
        .testTarget(
            name: "TransparencyLogTests", dependencies: ["TransparencyLog", "DurableStorage", "StructuredText", "Diagnostics", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "SignaturesTests",
            dependencies: [
                "Signatures", "DurableStorage", "LibXML", "StructuredText", "Diagnostics", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"), .product(name: "X509", package: "swift-certificates"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ], swiftSettings: settings),
        .testTarget(
            name: "BagArchivesTests", dependencies: ["BagArchives", "DurableStorage", "StructuredText", "Diagnostics", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "RedactionTests", dependencies: ["Redaction", "TransparencyLog", "StructuredText", "Diagnostics", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "EvidenceBundlesTests",
            dependencies: [
                "EvidenceBundles", "BagArchives", "Signatures", "TransparencyLog", "Redaction", "EvidenceLocker", "EvidenceModel", "DurableStorage",
                "LibXML", "Workspaces", "ControlFrameworks", "GapAnalysis", "ReportModel", "ReportWriters", "StructuredText", "Diagnostics", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
            ], swiftSettings: settings),
        .testTarget(
            name: "RetentionTests",
            dependencies: [
                "Retention", "ControlFrameworks", "GapAnalysis", "EvidenceLocker", "EvidenceModel", "TransparencyLog", "DurableStorage", "Workspaces",
                "StructuredText", "Diagnostics",
                "TestSupport",
            ], swiftSettings: settings),
        .testTarget(
            name: "AttestationsTests",
            dependencies: [
                "Attestations", "EvidenceModel", "Workspaces", "ControlFrameworks", "Signatures", "StructuredText", "Diagnostics", "TestSupport",
            ], swiftSettings: settings),
        .testTarget(name: "LibXMLTests", dependencies: ["LibXML", "Diagnostics"], swiftSettings: settings),
        .testTarget(
            name: "GapAnalysisTests", dependencies: ["GapAnalysis", "ControlFrameworks", "EvidenceModel", "Workspaces", "Diagnostics"],
            swiftSettings: settings),
        .target(name: "TestSupport", dependencies: ["Diagnostics"], path: "Tests/TestSupport", swiftSettings: settings),
    ],
    cxxLanguageStandard: .cxx17
)
