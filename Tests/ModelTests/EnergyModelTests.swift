import Model
import Testing

@Suite struct EnergyModelTests {
    @Test func readsWhatAPersonWrites() throws {
        #expect(
            try EnergyModel(parsing: "compute=5W,idle=800mW,radio=1.3W,sent=3.5uJ/B,received=400nJ/B")
                == EnergyModel(compute: 5, idle: 0.8, radio: 1.3, sentByte: 3.5e-6, receivedByte: 400 * 1e-9))
        let lte = try EnergyModel(parsing: "compute=5W,radio=lte")
        #expect(lte.radio == 1.28804 && abs(lte.sentByte - 3.50712e-6) < 1e-12)
        // What follows a radio's name replaces its figure.
        #expect(try EnergyModel(parsing: "radio=wifi,sent=1uJ/B").sentByte == 1e-6)
        #expect(
            try Tariff(parsing: "sent=5/GB,returned=0.09/GB") == Tariff(sentByte: 5 * 1e-9, returnedByte: 0.09 * 1e-9))
    }

    @Test func namesWhatItCannotRead() {
        let unknown = #expect(throws: AssignmentError.self) { try EnergyModel(parsing: "computer=5W") }
        #expect(unknown?.description == "energy 'computer' is not known; did you mean 'compute'?")
        let bad = #expect(throws: AssignmentError.self) { try EnergyModel(parsing: "radio=5g") }
        #expect(bad?.description == "energy 'radio=5g': '5g' is not a power: write a number and its unit, as in 5W")
        for text in ["compute=5", "compute", "compute=-5W", "sent=5W", "=", "idle=nanW"] {
            #expect(throws: AssignmentError.self, "\(text)") { try EnergyModel(parsing: text) }
        }
        for text in ["sent=5", "sent=5W", "up=5/GB"] {
            #expect(throws: AssignmentError.self, "\(text)") { try Tariff(parsing: text) }
        }
    }
}
