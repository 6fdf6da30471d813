import Model
package import YAMLReading

/// A value put in place of another one of a scenario's file before that is read.
package struct ScenarioEdit {
    /// `devices.camera.edge.slowdown`.
    package var path: String
    package var value: YAMLValue

    package init(path: String, value: YAMLValue) {
        self.path = path
        self.value = value
    }

    /// - Throws: `DocumentError` where the path leads through a value that has no parts.
    func apply(to document: YAMLValue) throws(DocumentError) -> YAMLValue {
        try document.replacing(path.split(separator: ".").map(String.init), with: value)
    }
}
