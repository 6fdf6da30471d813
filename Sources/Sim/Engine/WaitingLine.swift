/// The last eight that came to a station: enough to know which of them wait, where a rule bounds these.
struct WaitingLine: Sendable {
    private var begins = SIMD8<Int64>(repeating: .min)
    private var bytes = SIMD8<Int64>()
    private var next = 0

    @inline(__always)
    mutating func add(begin: Int64, bytes size: Int64 = 0) {
        begins[next] = begin
        bytes[next] = size
        next = (next + 1) % 8
    }

    func waitingCount(at time: Int64) -> Int {
        let ones = SIMD8<Int64>(repeating: 1)
        return Int(ones.replacing(with: 0, where: begins .<= time).wrappedSum())
    }

    func waitingBytes(at time: Int64) -> Int64 { bytes.replacing(with: 0, where: begins .<= time).wrappedSum() }
}
