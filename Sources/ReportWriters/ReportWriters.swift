/// Every writer, in the order in which a pack's files are named. A new format is one file and one line here.
public let reportWriters: [any ReportWriter] = [XMLWriter(), HTMLWriter(), MarkdownWriter(), JSONWriter(), AnnexIVWriter()]
