import Diagnostics
import DurableStorage
import EvidenceLocker
import Glibc
import StructuredText

/// Results go to standard output, diagnostics to standard error.
enum Console {
    /// Prints a result. A result that cannot be written ends the program with 74: a pipeline would take half of it for all.
    static func result(_ text: String) {
        let code = write(text.hasSuffix("\n") ? text : text + "\n", to: STDOUT_FILENO)
        // A reader that closed our output early, as `head` does, has what it wanted.
        guard code != 0, code != EPIPE else { return }
        report([.cannotPrint(code)])
        exit(ExitStatus.inputOutput.rawValue)
    }

    static func note(_ text: String) { _ = write(text + "\n", to: STDERR_FILENO) }

    static func report(_ diagnostics: [Diagnostic]) { for diagnostic in diagnostics { note("\(diagnostic)") } }

    /// True when progress may be shown.
    static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

    /// True when colour may be used on standard output (https://no-color.org).
    static var hasColour: Bool { isatty(STDOUT_FILENO) == 1 && getenv("NO_COLOR") == nil }

    static func bold(_ text: String) -> String { hasColour ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

    /// Shows what is being worked on in one line that is written over.
    static func progress(_ text: String) {
        guard isInteractive else { return }
        _ = write("\r\u{1B}[K\(Diagnostic.printable(text).prefix(100))", to: STDERR_FILENO)
    }

    static func endProgress() { if isInteractive { _ = write("\r\u{1B}[K", to: STDERR_FILENO) } }

    /// - Returns: 0, or the system's code for why not all was written.
    private static func write(_ text: String, to descriptor: Int32) -> Int32 {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count < 0 ? errno : EIO }
            bytes = bytes.dropFirst(count)
        }
        return 0
    }

    /// Tells what went wrong and gives the exit status that stands for it.
    static func status(of error: any Error) -> ExitStatus {
        switch error {
        case let fault as StorageFault:
            report([fault.diagnostic])
            switch fault.kind {
            case .integrity: return .integrity
            case .inputOutput, .busy: return .inputOutput
            case .key: return .missingInput
            }
        case let list as DiagnosticList:
            report(list.diagnostics)
            return .badInput
        case let diagnostic as Diagnostic:
            report([diagnostic])
            return .badInput
        default:
            note("dossier: internal fault: \(error) [dossier.fault]\n  hint: report this with the command that was run")
            return .ownFault
        }
    }
}

extension Diagnostic {
    fileprivate static func cannotPrint(_ code: Int32) -> Self {
        Diagnostic(
            id: "dossier.cannot-print", severity: .error, message: "the result could not be written to standard output: \(String(cString: strerror(code)))",
            hint: "make room on the disk, or give another place with --output")
    }
}
