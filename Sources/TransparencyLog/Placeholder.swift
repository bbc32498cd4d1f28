/// The name of the hash that the log is built on.
let hashName = "SHA-256"
