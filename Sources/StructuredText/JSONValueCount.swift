/// How many values a JSON text can have at most: one, and one for each comma and opening bracket outside of strings.
///
/// Each value costs some hundred bytes of memory when it is read, so that a small text can fill a large memory; this tells before any is taken. The text
/// need not be JSON. Empty lists and objects count twice.
public func jsonValueCount(in bytes: [UInt8]) -> Int {
    var count = 1
    var isString = false
    var isEscaped = false
    for byte in bytes {
        if isString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isString = false
            }
            continue
        }
        switch byte {
        case UInt8(ascii: "\""): isString = true
        case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "{"): count += 1
        default: continue
        }
    }
    return count
}
