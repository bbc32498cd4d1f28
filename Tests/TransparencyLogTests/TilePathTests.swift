import Testing

@testable import TransparencyLog

@Suite struct TilePathTests {
    @Test(arguments: [
        (TilePath(level: 0, number: 0), "tile/0/000"), (TilePath(level: 0, number: 999), "tile/0/999"), (TilePath(level: 0, number: 1000), "tile/0/x001/000"),
        (TilePath(level: 0, number: 1_234_067), "tile/0/x001/x234/067"), (TilePath(level: nil, number: 0, count: 12), "tile/entries/000.p/12"),
        (TilePath(level: 63, number: 5, count: 255), "tile/63/005.p/255"), (TilePath(level: nil, number: 273_000, count: 1), "tile/entries/x273/000.p/1"),
        (TilePath(level: 1, number: 1_000_000), "tile/1/x001/x000/000"),
    ])
    func `A path is written and read`(path: TilePath, text: String) {
        #expect(path.text == text)
        #expect(TilePath(text) == path)
    }

    @Test(
        arguments: [
            "tile/0/x000/001", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/064", "tile/0", "tile/0/", "tile/0/x001", "tile/0/x001/", "tile/64/000",
            "tile/00/000",
            "tile/-1/000", "tile/+1/000", "tile//000", "tile/0/00", "tile/0/0000", "tile/0/001/000", "tile/0/x1/000", "tile/0/X001/000", "tile/0/000.p/01",
            "tile/0/000.p/+1", "tile/0/000.p/", "tile/0/000.p", "tile/0/.p/1", "tile/0/000.p/1/2", "tile/entries/x000/000", "tile/Entries/000", "/tile/0/000",
            "tile/0/000/", "tile/0/../000", "tile/0/0٠0", "tile/0/000\n", "tile/0/000.p\u{301}/1", "Tile/0/000", "tile/0/000.P/1", "",
            "tile/0/x999/x999/x999/x999/x999/x999/999", "tile/0/x001/x000/x000/x000/x000/x000/x000/000",
        ].filter { $0 != "tile/0/064" })
    func `A path in another spelling is refused`(text: String) {
        #expect(TilePath(text) == nil)
    }

    @Test(arguments: ["tile/064/000", "tile/06/000", "tile/0/64", "tile/0/x064"])
    func `A level or a group with other digits is refused`(text: String) {
        #expect(TilePath(text) == nil)
    }

    @Test func `The right edge has an incomplete file for each count that 256 does not divide`() {
        #expect(TilePath.edge(of: 0).isEmpty)
        #expect(TilePath.edge(of: 256).map(\.text) == ["tile/1/000.p/1"])
        #expect(TilePath.edge(of: 70_000).map(\.text) == ["tile/entries/273.p/112", "tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"])
        #expect(TilePath.edge(of: 1_000_000).map(\.text) == ["tile/entries/x003/906.p/64", "tile/0/x003/906.p/64", "tile/1/015.p/66", "tile/2/000.p/15"])
    }
}
