import Diagnostics

extension BundleExamination {
    func rebuildCheck() -> VerificationCheck { VerificationCheck(.rebuild, .notChecked, "not yet") }
}
