import DurableStorage
import StructuredText
import TestSupport
import Testing

@Suite struct FileStreamTests {
    @Test func readsARegularFileOnly() throws {
        let folder = try TemporaryFolder()
        try folder.write("text", to: "a")
        try folder.link("b", to: folder.place("a"))
        try folder.makePipe("c")
        try folder.makeFolder("d")
        #expect(try readPrefix(of: FileStream(path: folder.place("a")), limit: .max) == Array("text".utf8))
        for name in ["b", "c", "d", "nothing"] {
            let fault = #expect(throws: StorageFault.self) { try FileStream(path: folder.place(name)) }
            #expect(fault?.kind == .inputOutput, "\(name)")
        }
    }
}

@Suite struct DurableFileTests {
    @Test func replacesAFileAndLeavesNothingBeside() throws {
        let folder = try TemporaryFolder()
        try DurableFile.write(Array("old".utf8), to: folder.place("a"))
        try DurableFile.write(Array("new".utf8), to: folder.place("a"))
        #expect(try folder.text("a") == "new")
        #expect(folder.names() == ["a"])
    }

    @Test func saysWhichFileCouldNotBeWritten() throws {
        let folder = try TemporaryFolder()
        let fault = #expect(throws: StorageFault.self) { try DurableFile.write([1], to: folder.place("no/a")) }
        #expect(fault?.kind == .inputOutput)
        try folder.makeFolder("b")
        #expect(throws: StorageFault.self) { try DurableFile.write([1], to: folder.place("b")) }
        #expect(folder.names() == ["b"])
    }

    @Test func makesFoldersAllTheWay() throws {
        let folder = try TemporaryFolder()
        try DurableFile.makeFolder(folder.place("a/b/c"))
        try DurableFile.makeFolder(folder.place("a/b/c"))
        #expect(folder.names("a/b") == ["c"])
        try folder.write("x", to: "f")
        #expect(throws: StorageFault.self) { try DurableFile.makeFolder(folder.place("f/g")) }
    }
}
