import Testing

@testable import ReportWriters

@Suite struct MarkdownEscapingTests {
    @Test(arguments: [
        ("a | b", #"a \| b"#), ("*b* _i_ `c`", #"\*b\* \_i\_ \`c\`"#), ("[x](javascript:alert(1))", #"\[x\](javascript:alert(1))"#),
        ("![x](http://y)", #"\!\[x\](http\://y)"#), ("<script>&", "&lt;script&gt;&amp;"), ("# Title", "\\# Title"), ("a\n\n# b", "a \\# b"),
        ("- item", #"\- item"#), ("+ item", #"\+ item"#), ("1. one", #"1\. one"#), ("42) two", #"42\) two"#), ("2026-09-30", "2026-09-30"),
        ("=====", #"\====="#), (":---:", #"\:---:"#), ("~~~", #"\~\~\~"#), ("www.x.com", #"www\.x.com"#), ("a@b.com", "a@<!-- -->b.com"),
        ("\u{202E}evil", #"\[U+202E\]evil"#), ("a\u{0}b\u{1B}[1m", #"a\[U+0000\]b\[U+001B\]\[1m"#), ("back\\slash", #"back\\slash"#), ("    code", "code"),
    ])
    func keepsTextText(text: String, expected: String) {
        #expect(MarkdownEscaping.escaped(text) == expected)
    }
}

@Suite struct HTMLEscapingTests {
    @Test(arguments: [
        ("<script>alert('x')</script>", "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"), ("a & \"b\"", "a &amp; &quot;b&quot;"),
        ("\u{202E}txt\u{2066}\u{200F}\u{061C}", "[U+202E]txt[U+2066][U+200F][U+061C]"), ("a\u{0}\u{7F}\u{85}", "a[U+0000][U+007F][U+0085]"),
        ("a\r\nb\rc", "a\nb\nc"), ("\u{FFFE}\u{1FFFF}\u{E0041}\u{FEFF}", "[U+FFFE][U+1FFFF][U+E0041][U+FEFF]"), ("Zoë 数 ✓", "Zoë 数 ✓"),
    ])
    func keepsTextText(text: String, expected: String) {
        #expect(HTMLEscaping.escaped(text) == expected)
    }
}
