import Model

extension FrameFolder {
    /// The class of each file that a labels file names.
    static func labels(in path: String, files: [String]) throws(FrameError) -> [String: Int] {
        try labels(text: try bytes(of: path), path: path, files: files)
    }

    package static func labels(
        text: [UInt8], path: String, files: [String]
    ) throws(FrameError) -> [String: Int] {
        guard let text = String(validating: text, as: UTF8.self) else {
            throw .badLabels(file: path, line: 1, problem: "not UTF-8 text")
        }
        let known = Set(files)
        var labels: [String: Int] = [:]
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            func bad(_ problem: String) -> FrameError {
                .badLabels(file: path, line: index + 1, problem: problem)
            }
            if index == 0 {
                guard line == "file,label" else { throw bad("the header is \(quoted(line))") }
                continue
            }
            guard !line.isEmpty else { continue }
            guard let comma = line.lastIndex(of: ",") else { throw bad("no comma in \(quoted(line))") }
            let (file, number) = (String(line[..<comma]), line[line.index(after: comma)...])
            guard known.contains(file) else { throw bad("no frame \(quoted(file)) in the folder") }
            guard let label = Int(number), label >= 0 else {
                throw bad("\(quoted(number)) is not a class, a number from 0")
            }
            guard labels.updateValue(label, forKey: file) == nil else { throw bad("\(quoted(file)) has two labels") }
        }
        return labels
    }
}
