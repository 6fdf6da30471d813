import Foundation
import Model
import Testing

@Suite struct ConvolutionTests {
    private let depthwise = Convolution(
        inputChannels: 32, outputChannels: 64, groups: 32, kernel: .init(height: 3, width: 5),
        stride: .init(square: 2), input: .init(square: 112))

    @Test func countsItsWeights() {
        #expect(depthwise.weightCount == 64 * 15)
        #expect(depthwise.isValid)
    }

    @Test func groupsDivideTheChannels() {
        var other = depthwise
        other.groups = 24
        #expect(!other.isValid)
        other = depthwise
        other.outputChannels = 48
        #expect(!other.isValid)
        other = depthwise
        other.stride.width = 0
        #expect(!other.isValid)
        other = depthwise
        other.groups = 0
        #expect(!other.isValid)
    }

    /// A layer written before convolutions were kept reads as it did, and one without is written as it was.
    @Test func layersWithoutOneStayAsTheyWere() throws {
        let old = #"""
            {"name": "relu", "kind": "Relu", "inputs": [0], "outputs": [1], "parameters": 0,
             "parameterBytes": 0, "macs": 0}
            """#
        let layer = try StableJSON.decode(Layer.self, from: Data(old.utf8), source: "old")
        #expect(layer == Layer(name: "relu", kind: "Relu", inputs: [0], outputs: [1]))
        #expect(!String(decoding: try StableJSON.encode(layer), as: UTF8.self).contains("convolution"))
        var convolution = layer
        convolution.convolution = depthwise
        let data = try StableJSON.encode(convolution)
        #expect(try StableJSON.decode(Layer.self, from: data, source: "new") == convolution)
        #expect(String(decoding: data, as: UTF8.self).contains("\"input_channels\" : 32"))
    }
}
