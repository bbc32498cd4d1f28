/// Statements of named persons.
