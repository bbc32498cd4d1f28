public import Signatures
public import Workspaces

/// The public keys of a workspace, `keys/<name>.pem`, by their ids. What is no public key there is left alone.
public struct AttestationKeys: Sendable {
    /// The folder, relative to the workspace.
    public static let folder = "keys"

    private var keys: [(name: String, key: PublicKey)] = []

    public init(_ keys: [(name: String, key: PublicKey)] = []) { self.keys = keys }

    public init(files: WorkspaceFiles) {
        for file in files.names(in: Self.folder) where file.hasSuffix(".pem") {
            guard let bytes = try? files.read("\(Self.folder)/\(file)"), let text = String(validating: bytes, as: UTF8.self),
                let key = try? PublicKey(pem: text)
            else { continue }
            keys.append((String(file.dropLast(4)), key))
        }
    }

    /// The key of that id, with its name.
    public func key(_ id: String) -> (name: String, key: PublicKey)? { keys.first { isSame($0.key.keyID, id) } }
}
