import Testing

@Test func hashes() { #expect(1 + 1 == 2) }
