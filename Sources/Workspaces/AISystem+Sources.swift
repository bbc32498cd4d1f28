import Glibc

extension AISystem {
    /// The first source that takes in a file: it says how the file is read, and what is hidden of it.
    /// - Parameter path: relative to the workspace.
    public func source(of path: String) -> SourceDeclaration? {
        sources.first { source in
            path.utf8.elementsEqual(source.path.utf8) || path.utf8.starts(with: (source.path + "/").utf8) || fnmatch(source.path, path, 0) == 0
        }
    }
}
