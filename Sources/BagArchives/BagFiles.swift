/// The names and exact bytes that BagIt (RFC 8493) lays down, in the one spelling that is written and read here.
public enum BagFiles {
    public static let declaration = "bagit.txt"
    public static let info = "bag-info.txt"
    public static let manifest = "manifest-sha256.txt"
    public static let tagManifest = "tagmanifest-sha256.txt"
    /// The folder of the payload.
    public static let payload = "data/"
    /// The folder of what is signed over the tag manifest, and therefore cannot be listed in it.
    public static let signatures = "signatures/"

    /// The bytes of `bagit.txt` (RFC 8493, section 2.1.1).
    public static let declarationBytes = Array("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n".utf8)

    /// What stands in the bag's folder under a name that RFC 8493 gives a meaning, but that no bundle has: other manifests, and lists of things to download.
    static func isForeign(_ name: String) -> Bool {
        let bytes = MemberName.lowered(name.utf8)
        if bytes.elementsEqual(manifest.utf8) || bytes.elementsEqual(tagManifest.utf8) { return !isOurs(name) }
        return bytes.elementsEqual("fetch.txt".utf8) || bytes.starts(with: "manifest-".utf8) || bytes.starts(with: "tagmanifest-".utf8)
    }

    private static func isOurs(_ name: String) -> Bool { name.utf8.elementsEqual(manifest.utf8) || name.utf8.elementsEqual(tagManifest.utf8) }

    static func isPayload(_ name: String) -> Bool { name.utf8.starts(with: payload.utf8) }
    static func isSignature(_ name: String) -> Bool { name.utf8.starts(with: signatures.utf8) }
}
