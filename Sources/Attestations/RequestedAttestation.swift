import Crypto
public import Diagnostics
public import EvidenceModel
import StructuredText

/// What a person is asked to state: a file `attestations/<id>.yaml` of the workspace. Its words are the organisation's own.
public struct RequestedAttestation: Hashable, Sendable {
    /// The file's name without its ending.
    public var id: String
    public var system: String
    public var framework: String
    /// Official numbers as the framework writes them; a number covers the controls below it.
    public var controls: [String]
    public var period: Period
    public var person: String
    public var role: String
    /// The words to accept or decline, without blanks at either end; lines end with LF.
    public var text: String
    public var location: TextLocation

    public init(
        id: String, system: String, framework: String, controls: [String], period: Period, person: String, role: String, text: String,
        location: TextLocation
    ) {
        self.id = id
        self.system = system
        self.framework = framework
        self.controls = controls
        self.period = period
        self.person = person
        self.role = role
        self.text = text
        self.location = location
    }

    /// The longest text that is asked of anybody (bytes).
    public static let maximumText = 8 << 10
    /// So many hexadecimal digits of the text's SHA-256 show that a person has seen it.
    public static let seenDigits = 12

    /// SHA-256 of the text in UTF-8, in hexadecimal digits.
    public var textSHA256: String { Self.sha256(of: text) }

    static func sha256(of text: String) -> String { BinaryText.hex(SHA256.hash(data: Array(text.utf8))) }

    /// True when a record is of this statement as it reads now.
    public func isStated(by record: RecordedAttestation) -> Bool {
        isOfSameStatement(as: record) && isSame(framework, record.framework) && isSame(person, record.person) && isSame(role, record.role)
            && isSame(text, record.text) && controls.elementsEqual(record.controls, by: isSame)
    }

    /// True when a record is of this id, system and period, in whatever words.
    public func isOfSameStatement(as record: RecordedAttestation) -> Bool {
        isSame(id, record.id) && isSame(system, record.system) && period.from == record.period.from && period.to == record.period.to
    }

    /// An id is also a file's name: 1 to 64 of `a` to `z`, `0` to `9` and `-`, the first no `-`.
    static func isID(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return (1...64).contains(bytes.count) && bytes.first != UInt8(ascii: "-")
            && bytes.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
            }
    }
}

/// By bytes: what comes from a file may be the same text to Swift and another one to a hash.
func isSame(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }
