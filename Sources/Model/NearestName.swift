/// The known name that takes the fewest edits (insertion, deletion, replacement of one character) to reach from `name`; of
/// equals the first. `nil` where even that one takes more than half of the characters.
///
/// Levenshtein distance by Wagner and Fischer, "The string-to-string correction problem", Journal of the ACM 21(1), 1974.
package func nearestName(to name: String, among known: [String]) -> String? {
    let name = Array(name.lowercased().prefix(64))
    func distance(to other: [Character]) -> Int {
        var row = Array(0...other.count)
        for (i, a) in name.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in other.enumerated() {
                let replaced = diagonal + (a == b ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
            }
        }
        return row[other.count]
    }
    let distances = known.map { (name: $0, edits: distance(to: Array($0.lowercased()))) }
    guard let best = distances.min(by: { $0.edits < $1.edits }), best.edits * 2 <= max(name.count, best.name.count)
    else { return nil }
    return best.name
}
