import Model

/// What the cost of a layer depends on.
struct LayerShape {
    var weights: Int
    var inputs: Int
    var activations: Int
    var macs: Int
}

extension LayerShape {
    /// The layers of a graph that have weights: what follows them is fused with them.
    static func weighted(in graph: LayerGraph) -> [LayerShape] {
        graph.layers.filter { $0.parameters > 0 }.map { layer in
            LayerShape(
                weights: layer.parameters,
                inputs: layer.inputs.reduce(0) { $0 + graph.tensors[$1].elementCount },
                activations: layer.outputs.reduce(0) { $0 + graph.tensors[$1].elementCount }, macs: layer.macs)
        }
    }

    /// Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", CVPR 2018, table 2.
    static let mobileNetV2: [LayerShape] = {
        var shapes = [convolution(3, from: 3, to: 32, side: 224, stride: 2)]
        var (channels, side) = (32, 112)
        let stages = [
            (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
        ]
        for (expansion, width, repeats, firstStride) in stages {
            for block in 0..<repeats {
                let stride = block == 0 ? firstStride : 1
                let hidden = channels * expansion
                if expansion > 1 { shapes.append(convolution(1, from: channels, to: hidden, side: side)) }
                shapes.append(convolution(3, from: hidden, to: hidden, side: side, stride: stride, groups: hidden))
                side /= stride
                shapes.append(convolution(1, from: hidden, to: width, side: side))
                channels = width
            }
        }
        shapes.append(convolution(1, from: channels, to: 1280, side: side))
        shapes.append(convolution(1, from: 1280, to: 1000, side: 1))
        return shapes
    }()

    private static func convolution(
        _ kernel: Int, from channels: Int, to width: Int, side: Int, stride: Int = 1, groups: Int = 1
    ) -> LayerShape {
        let out = side / stride
        let weights = kernel * kernel * channels / groups * width
        return LayerShape(
            weights: weights, inputs: channels * side * side, activations: width * out * out,
            macs: weights * out * out)
    }
}
