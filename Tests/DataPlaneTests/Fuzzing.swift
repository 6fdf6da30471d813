import Model

/// One to four bytes overwritten, one removed or put in, or the rest cut off.
func mutated(_ bytes: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    guard !bytes.isEmpty else { return [UInt8.random(in: 0...255, using: &random)] }
    switch Int.random(in: 0..<8, using: &random) {
    case 0: bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
    case 1: bytes.remove(at: Int.random(in: bytes.indices, using: &random))
    case 2: bytes.insert(.random(in: 0...255, using: &random), at: Int.random(in: bytes.indices, using: &random))
    default:
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
        }
    }
    return bytes
}
