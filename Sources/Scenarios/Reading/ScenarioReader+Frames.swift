import Model
import Sim
import YAMLReading

extension ScenarioReader {
    func frames(_ value: YAMLValue) throws(DocumentError) -> Arrivals {
        let (kind, value) = try value.onlyField(Keys.Frames.self)
        switch kind {
        case .periodic:
            let fields = try value.fields(Keys.Periodic.self)
            return .periodic(every: try span(fields, .every, "100ms"))
        case .poisson:
            let fields = try value.fields(Keys.Poisson.self)
            return .poisson(perSecond: try frequency(fields.required(.rate, as: "10/s")))
        case .bursts:
            let fields = try value.fields(Keys.Bursts.self)
            return .bursts(
                size: try fields.required(.size, as: "5").integer(in: 1...100_000),
                spacing: try fields[.spacing]?.duration(in: .zero...Limit.hour) ?? .zero,
                every: try span(fields, .every, "2s"))
        case .recorded: return .recorded(try recorded(value))
        case .closedLoop:
            let fields = try value.fields(Keys.ClosedLoop.self)
            return .closedLoop(
                inFlight: try fields[.inFlight]?.integer(in: 1...10_000) ?? 1,
                think: try fields[.think]?.duration(in: .zero...Limit.hour) ?? .zero)
        }
    }

    /// At most a million a second.
    private func span<Key>(
        _ fields: YAMLFields<Key>, _ key: Key, _ example: String
    ) throws(DocumentError) -> Nanoseconds {
        try fields.required(key, as: example).duration(in: .microseconds(1)...Limit.day)
    }

    func frequency(_ value: YAMLValue) throws(DocumentError) -> Double {
        let frequency = try value.quantity(Quantity.frequency)
        guard frequency >= 1e-6, frequency <= 1e6 else {
            throw value.error("must lie between 0.000001/s and 1000000/s")
        }
        return frequency
    }

    private func recorded(_ value: YAMLValue) throws(DocumentError) -> [Nanoseconds] {
        let fields = try value.fields(Keys.Recorded.self)
        var times: [Nanoseconds] = []
        switch (fields[.times], fields[.file]) {
        case (let list?, nil):
            for element in try list.elements() { times.append(try element.duration(in: .zero...Limit.month)) }
        case (nil, let file?): times = try lines(of: file)
        default: throw value.error("is to have either times or a file")
        }
        guard zip(times, times.dropFirst()).allSatisfy({ $0 <= $1 }) else {
            throw value.error("has times that go back")
        }
        return times
    }

    /// One time a line, in seconds; lines that begin with `#` say nothing.
    private func lines(of file: YAMLValue) throws(DocumentError) -> [Nanoseconds] {
        let path = try file.text()
        let text = try contents(path, of: file)
        var times: [Nanoseconds] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.filter { !$0.isWhitespace }
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            guard let seconds = Double(line), seconds >= 0, seconds <= Limit.month.inSeconds else {
                throw DocumentError(
                    source: "\(path):\(index + 1)", place: "", problem: "\(quoted(line)) is no time in seconds")
            }
            times.append(Nanoseconds(seconds: seconds))
        }
        return times
    }
}
