/// Every reader, in the order of the formats' families. A new format is one file and one line here.
public let evidenceReaders: [any EvidenceReader] = [
    CloudTrailReader(), KubernetesAuditReader(), GenericJSONLogReader(), GenericCSVLogReader(),
    HuggingFaceModelCardReader(), GoogleModelCardReader(),
    PredictionsCSVReader(),
    OpenLineageReader(), ProvJSONReader(), ProvXMLReader(),
]
