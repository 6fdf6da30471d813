import Optimizer
import Testing

@Suite struct CostModelNameTests {
    @Test func namesAreRead() throws {
        let roofline = try #require(Roofline(gigaflops: 50, gigabytesPerSecond: 12.5))
        #expect(try CostModelName(parsing: "roofline:50,12.5") == .roofline(roofline))
        #expect(try CostModelName(parsing: "hwcf:edge") == .accelerator(.edge))
        #expect(try CostModelName(parsing: "hwcf:cloud") == .accelerator(.cloud))
        for path in ["edge.json", "a/b:c.json", "C:profile", "hwcf", "roofline", "./roofline:1,2"] {
            #expect(try CostModelName(parsing: path) == .profile(path: path))
        }
    }

    @Test(arguments: [
        "roofline:", "roofline:50", "roofline:50,", "roofline:50,10,1", "roofline:x,1", "roofline:0,1",
        "roofline:-1,1", "roofline:inf,1", "roofline:nan,1", "roofline:50, 10", "hwcf:", "hwcf:Edge", "hwcf:fog", "",
    ])
    func whatIsNoNameIsRefused(text: String) {
        let example = text.hasPrefix("hwcf") ? "hwcf:edge or hwcf:cloud" : "roofline:50,10"
        #expect(throws: PlanningError.notACostModel(text, example: example)) { try CostModelName(parsing: text) }
    }
}
