import Diagnostics
import StructuredText

extension FrameworkDecoder {
    /// What can be said only when all controls are known: numbers that stand twice, parents, empty controls, missing examples, circles.
    func validate(_ framework: inout Framework) {
        var seen: [ControlID: Control] = [:]
        for control in framework.controls {
            if let earlier = seen[control.id] {
                reader.report(
                    "duplicate-id", control.location, "control '\(control.id)' stands here and at \(earlier.location)", hint: "keep one of them")
            }
            seen[control.id] = control
        }
        let parents = Set(framework.controls.compactMap(\.parent))
        for control in framework.controls {
            if let parent = control.parent, seen[parent] == nil {
                reader.report(
                    "unknown-parent", control.location,
                    "control '\(control.id)' names parent '\(parent)', which is not defined\(suggestion(for: parent.text, among: seen.keys.map(\.text)))",
                    hint: "define the parent, or leave it out")
            }
            if control.requirements.isEmpty, !parents.contains(control.id), !control.isDeleted {
                reader.report(
                    "empty-control", control.location, "control '\(control.id)' has neither needs nor children",
                    hint: "say under 'needs' what evidence shows it")
            }
            if !control.requirements.isEmpty, control.examples == nil {
                reader.report(
                    "no-examples", control.location, "control '\(control.id)' has no examples", hint: "add 'examples:' with met and not-met")
            }
            if hasCircle(from: control, seen) {
                reader.report("circle", control.location, "control '\(control.id)' is its own ancestor", hint: "correct 'parent'")
            }
        }
    }

    private func hasCircle(from control: Control, _ all: [ControlID: Control]) -> Bool {
        var next = control.parent
        for _ in 0..<64 {
            guard let id = next else { return false }
            if id == control.id { return true }
            next = all[id]?.parent
        }
        return true
    }
}
