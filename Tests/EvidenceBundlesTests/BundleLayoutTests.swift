import Testing

@testable import EvidenceBundles

@Test func numbersHaveSixDigits() { #expect(BundleLayout.number(12) == "000012") }
