/// An error in what the world handed us: a file, flag, message, configuration or model. Its description is one line for a
/// person: what is wrong, where, and how to mend it. The command line exits with 2.
public protocol InputError: Error, Sendable, CustomStringConvertible {}

/// Something that the machine lacks: a library, a port, a writable folder. Its description is one line: what, and how to
/// get it. The command line exits with 3.
public protocol EnvironmentError: Error, Sendable, CustomStringConvertible {}
