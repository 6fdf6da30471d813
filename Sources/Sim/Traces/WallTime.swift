import Model

/// Written dates: `2024-04-19 16:26:00.25`, `2024-04-19T16:26:00Z`, `2020.02.27_20.35.57`.
enum WallTime {
    /// Nanoseconds since 1970, proleptic Gregorian calendar; without an offset as if in UTC. The offset is `Z` or
    /// `±hh:mm`.
    static func parse(_ field: Substring) -> Nanoseconds? {
        var text = Substring(field)
        var offset: Int64 = 0
        if text.utf8.last == UInt8(ascii: "Z") {
            text.removeLast()
        } else if let sign = text.utf8.dropFirst(11).lastIndex(where: {
            $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-")
        }) {
            let parts = groups(text[sign...].dropFirst())
            guard parts.map(\.count) == [2, 2], let hours = Int64(parts[0]), let minutes = Int64(parts[1]), hours < 24,
                minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * (text.utf8[sign] == UInt8(ascii: "-") ? -60 : 60)
            text = text[..<sign]
        }
        let parts = groups(text)
        guard parts.count == 6 || parts.count == 7, parts.prefix(6).map(\.count) == [4, 2, 2, 2, 2, 2],
            parts.count == 6 || parts[6].count <= 9, isSeparated(text)
        else { return nil }
        let numbers = parts.compactMap { Int64($0) }
        guard numbers.count == parts.count, 1...12 ~= numbers[1], 1...31 ~= numbers[2], numbers[3] < 24,
            numbers[4] < 60,
            numbers[5] <= 60, 1970...2200 ~= numbers[0]
        else { return nil }
        let days = days(numbers[0], numbers[1], numbers[2])
        let seconds = ((days * 24 + numbers[3]) * 60 + numbers[4]) * 60 + numbers[5] - offset
        var fraction: Int64 = parts.count == 7 ? numbers[6] : 0
        for _ in (parts.count == 7 ? parts[6].count : 9)..<9 { fraction *= 10 }
        return Nanoseconds.seconds(seconds) + Nanoseconds(fraction)
    }

    /// Runs of digits.
    private static func groups(_ text: Substring) -> [Substring] {
        text.utf8.split { !isDigit($0) }.map { Substring($0) }
    }

    /// Begins and ends with a digit, and single marks stand between.
    private static func isSeparated(_ text: Substring) -> Bool {
        let marks = text.utf8.filter { !isDigit($0) }
        return marks.allSatisfy { "-.:_T /".utf8.contains($0) } && marks.count == groups(text).count - 1
            && text.utf8.first.map(isDigit) == true
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    /// Days from 1 January 1970: years begin in March, so that the leap day is the last of one.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let fromMarch = (month + 9) % 12
        let year = month > 2 ? year : year - 1
        return 365 * year + year / 4 - year / 100 + year / 400 + (153 * fromMarch + 2) / 5 + day - 1 - 719_468
    }
}
