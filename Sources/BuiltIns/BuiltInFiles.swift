import CBuiltIns

/// The shipped `Frameworks/` and `Templates/`, carried inside the program so that one file runs from anywhere.
public enum BuiltInFiles {
    /// A shipped file.
    public struct File: Sendable {
        /// Its path from the project's top, such as `Frameworks/eu-ai-act/framework.yaml`.
        public var path: String
        public var bytes: [UInt8]
    }

    /// All paths, in byte order.
    public static let paths: [String] = (0..<cb_count()).compactMap { index in cb_at(index).map { String(cString: $0.pointee.path) } }

    /// The files below a folder, in byte order.
    public static func files(under folder: String) -> [File] {
        let prefix = folder.hasSuffix("/") ? folder : folder + "/"
        return (0..<cb_count()).compactMap { index in
            guard let file = cb_at(index)?.pointee else { return nil }
            let path = String(cString: file.path)
            guard path.hasPrefix(prefix) else { return nil }
            return File(path: path, bytes: Array(UnsafeBufferPointer(start: file.bytes, count: file.size)))
        }
    }

    /// One file's bytes.
    public static func bytes(of path: String) -> [UInt8]? {
        for index in 0..<cb_count() {
            guard let file = cb_at(index)?.pointee, String(cString: file.path) == path else { continue }
            return Array(UnsafeBufferPointer(start: file.bytes, count: file.size))
        }
        return nil
    }
}
