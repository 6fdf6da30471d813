public import Model

/// Traces made from traces.
extension Trace {
    /// The most pieces that combining makes: a day in steps of 5 ms.
    static let mostPieces = 1 << 24

    /// This trace with some quantities of another, which repeats at its own end until this one's.
    ///
    /// - Returns: `nil` where that takes more than 2^24 pieces.
    /// - Complexity: linear in the pieces of the result.
    public func taking(_ quantities: Set<TraceQuantity>, from other: Trace) -> Trace? {
        let order = TraceQuantity.allCases.filter { quantities.contains($0) }
        let repeats = duration.count / other.duration.count + 1
        let (most, isOverflow) = Int(repeats).multipliedReportingOverflow(by: other.schedule.pieces.count)
        guard !isOverflow, most <= Self.mostPieces else { return nil }
        var own = schedule.pieces[...]
        var pieces: [Schedule<State>.Piece] = []
        var state = schedule.pieces[0].value
        for pass in 0..<repeats {
            for piece in other.schedule.pieces {
                let start = piece.start + other.duration * pass
                guard start < .zero + duration else { break }
                while let next = own.first, next.start <= start {
                    state = next.value
                    own.removeFirst()
                    if next.start < start {
                        pieces.append(
                            .init(
                                start: next.start, value: state.taking(order, from: pieces.last?.value ?? piece.value)))
                    }
                }
                pieces.append(.init(start: start, value: state.taking(order, from: piece.value)))
            }
        }
        for piece in own {
            pieces.append(
                .init(start: piece.start, value: piece.value.taking(order, from: pieces[pieces.count - 1].value)))
        }
        return Trace(pieces: pieces, duration: duration)
    }

    /// This trace with a quantity held at one value: bit/s, seconds, a share or busy processes.
    public func holding(_ quantity: TraceQuantity, at value: Double) -> Trace {
        let held = schedule.mapValues { state in
            var state = state
            state[quantity] = value
            return state
        }
        return Trace(pieces: held.pieces, duration: duration) ?? self
    }

    /// Means over steps of equal length, the last as long as is left: what gets through in a step stays the same, to a
    /// bit a second.
    ///
    /// - Precondition: `step` is positive.
    /// - Returns: `nil` where that takes more than 2^24 pieces.
    public func averaged(over step: Nanoseconds) -> Trace? {
        precondition(step > .zero, "a step lasts some time")
        guard duration.count / step.count < Self.mostPieces else { return nil }
        var sums = [Double](repeating: 0, count: TraceQuantity.allCases.count)
        var pieces: [Schedule<State>.Piece] = []
        var start = Nanoseconds.zero
        for (span, state) in spans {
            var now = span.start
            while now < span.end {
                let end = min(span.end, start + step)
                for (index, quantity) in TraceQuantity.allCases.enumerated() {
                    sums[index] += state[quantity] * (end - now).inSeconds
                }
                now = end
                guard now == start + step || now == duration else { continue }
                var mean = State.unknown
                for (index, quantity) in TraceQuantity.allCases.enumerated() {
                    mean[quantity] = sums[index] / (now - start).inSeconds
                    sums[index] = 0
                }
                pieces.append(.init(start: .zero + start, value: mean))
                start = now
            }
        }
        return Trace(pieces: pieces, duration: duration)
    }

    /// Each piece's start and end, and what holds in between.
    var spans: [(span: (start: Nanoseconds, end: Nanoseconds), state: State)] {
        let pieces = schedule.pieces
        return pieces.indices.map { index in
            let end = index + 1 < pieces.count ? pieces[index + 1].start - .zero : duration
            return ((pieces[index].start - .zero, end), pieces[index].value)
        }
    }
}

extension Trace.State {
    fileprivate func taking(_ quantities: [TraceQuantity], from other: Self) -> Self {
        var state = self
        for quantity in quantities { state[quantity] = other[quantity] }
        return state
    }
}
