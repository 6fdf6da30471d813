public import Model

/// A folder of frames, or a file in it, that cannot be used.
public enum FrameError: InputError, Hashable {
    /// The folder or a file cannot be read.
    case unreadable(path: String)
    case noFrames(folder: String)
    /// The content is not what the file's name says, or is damaged.
    case broken(file: String, problem: String)
    case wrongSize(file: String, size: String, wanted: String)
    /// The model's input is none that a frame can fill.
    case unusableInput(name: String, problem: String)
    case badLabels(file: String, line: Int, problem: String)
    case noSuchFrame(index: Int, count: Int)

    public var description: String {
        switch self {
        case .unreadable(let path):
            "\(path): cannot be read; check that it is there and may be read"
        case .noFrames(let folder):
            "\(folder): no frames; put .png, .jpg, .jpeg or .npy files there"
        case .broken(let file, let problem):
            "\(file): \(problem); replace or remove the file"
        case .wrongSize(let file, let size, let wanted):
            "\(file): is \(size), the model's input is \(wanted); resize it"
        case .unusableInput(let name, let problem):
            "input '\(name)': \(problem); frames fill float32 inputs, images those of shape 1x3xHxW, 3xHxW, 1x1xHxW or 1xHxW"
        case .badLabels(let file, let line, let problem):
            "\(file):\(line): \(problem); a labels file has the header 'file,label', then lines such as 'a.png,3'"
        case .noSuchFrame(let index, let count):
            "there is no frame \(index): the folder holds \(count), numbered from 0"
        }
    }
}
