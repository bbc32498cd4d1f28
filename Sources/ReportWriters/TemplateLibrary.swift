public struct TemplateLibrary: Sendable {
    public init(overrides: [(path: String, bytes: [UInt8])]) throws {}
}
