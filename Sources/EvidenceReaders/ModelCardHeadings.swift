import EvidenceModel

/// What the headings of a model card are headings of.
enum ModelCardHeadings {
    /// What a heading says about the text below it.
    enum Meaning: Equatable {
        /// The text states these facts, and so do the sections below that have no meaning of their own.
        case facts([FactName])
        /// Nothing that the vocabulary names, even below a heading that does.
        case nothing
    }

    /// The meaning of a heading, by its plain words; `nil` when it is not a heading that model cards are known for.
    static func meaning(of title: String) -> Meaning? { byTitle[ModelCardText.normalized(title)] }

    /// Whether model cards are told by this heading, unlike `Usage` or `Results`, which any page may have.
    static func isCharacteristic(_ title: String) -> Bool {
        if ["model description", "model details", "model card authors", "model card contact"].contains(ModelCardText.normalized(title)) { return true }
        guard case .facts(let names) = meaning(of: title) else { return false }
        return names.contains(where: characteristic.contains)
    }

    private static let characteristic: Set<FactName> = [
        "intended-use", "out-of-scope-use", "limitations", "bias-and-risks", "training-data", "evaluation-data", "training-procedure", "evaluation-factors",
        "environmental-impact", "human-oversight", "explainability",
    ]

    private static let byTitle: [String: Meaning] = {
        var all: [String: Meaning] = [:]
        for (titles, names) in known { for title in titles { all[title] = names.isEmpty ? .nothing : .facts(names) } }
        return all
    }()

    private static let known: [([String], [FactName])] = [
        (["model details", "model description", "description", "model overview", "overview", "model summary"], ["description"]),
        (["model sources", "how to get started with the model", "how to use", "usage", "getting started", "installation"], []),
        (["quickstart", "quick start"], []),
        (["introduction"], ["description"]),
        (["glossary", "more information", "table of contents", "contents", "acknowledgements", "license", "licence"], []),
        (["uses", "direct use", "downstream use", "intended use", "intended uses", "use cases"], ["intended-use"]),
        (["primary intended uses", "primary intended use"], ["intended-use"]),
        (["intended uses and limitations", "intended use and limitations"], ["intended-use", "limitations"]),
        (["out of scope use", "out of scope uses", "out of scope use cases", "out of scope", "misuse and out of scope use"], ["out-of-scope-use"]),
        (["misuse malicious use and out of scope use", "prohibited uses"], ["out-of-scope-use"]),
        (["users", "intended users", "primary intended users"], ["users"]),
        (["bias risks and limitations", "limitations and bias", "limitations and biases", "bias and limitations"], ["limitations", "bias-and-risks"]),
        (["risks and limitations"], ["limitations", "bias-and-risks"]),
        (["risks limitations and biases", "limitations bias and risks", "ethical considerations and limitations"], ["limitations", "bias-and-risks"]),
        (["limitations", "known limitations", "technical limitations", "caveats"], ["limitations"]),
        (["bias", "biases", "risks", "bias and risks", "ethical considerations", "ethics", "bias and fairness", "fairness"], ["bias-and-risks"]),
        (["recommendations"], ["recommendations"]),
        (["caveats and recommendations"], ["limitations", "recommendations"]),
        (["training data", "training dataset", "training datasets"], ["training-data"]),
        (["training and evaluation data"], ["training-data", "evaluation-data"]),
        (["evaluation data", "testing data", "test data"], ["evaluation-data"]),
        (["training details", "training procedure", "training", "training hyperparameters", "hyperparameters"], ["training-procedure"]),
        (["model hyperparameters"], ["training-procedure"]),
        (["evaluation", "results", "evaluation results", "eval results", "performance", "model performance"], ["evaluation-summary"]),
        (["quantitative analyses", "testing data factors and metrics"], ["evaluation-summary"]),
        (["factors", "evaluation factors", "relevant factors"], ["evaluation-factors"]),
        (["environmental impact", "carbon footprint", "carbon emissions"], ["environmental-impact"]),
        (["technical specifications", "technical specs", "model architecture", "architecture", "framework versions"], ["technical-specifications"]),
        (["model architecture and objective", "compute infrastructure", "model dependencies"], ["technical-specifications"]),
        (["human oversight", "human oversight measures", "human in the loop"], ["human-oversight"]),
        (["model examination", "explainability", "interpretability", "explainability and interpretability"], ["explainability"]),
        (["model card authors", "authors", "model owner", "model owners", "owner", "owners"], ["owners"]),
        (["model card contact", "contact", "model contact", "contact information"], ["contact"]),
        (["model card authors and contact", "authors and contact"], ["owners", "contact"]),
        (["citation", "citations", "citation information", "information citation", "references", "how to cite"], ["citations"]),
    ]

    /// What stands behind a label such as `**Developed by:**`.
    static let labels: [String: FactName] = [
        "developed by": "owners", "model owner": "owners", "owner": "owners", "language s nlp": "languages", "languages nlp": "languages",
        "language s": "languages", "license": "license", "licence": "license", "finetuned from model": "base-models",
        "finetuned from": "base-models", "version": "model-version", "model version": "model-version",
    ]
}
