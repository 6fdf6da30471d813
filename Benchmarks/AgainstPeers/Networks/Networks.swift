import Model

/// Networks of real structure and shapes, made here.
enum Networks {
    /// He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition", CVPR 2016, table 1.
    static func resNet50() throws -> LayerGraph { try residual(blocks: [3, 4, 6, 3]) }

    /// Bottleneck blocks, each with a shortcut; a stage's first block projects it.
    static func residual(blocks: [Int]) throws -> LayerGraph {
        var net = NetworkBuilder(channels: 3, side: 224)
        var x = net.pool(net.convRelu(NetworkBuilder.input, 64, kernel: 7, stride: 2), stride: 2)
        for (stage, count) in blocks.enumerated() {
            let width = 64 << min(stage, 3)
            for block in 0..<count {
                let stride = block == 0 && stage > 0 && stage < 4 ? 2 : 1
                let narrow = net.convRelu(net.convRelu(x, width, kernel: 1), width, kernel: 3, stride: stride)
                let wide = net.conv(narrow, 4 * width, kernel: 1)
                let shortcut = block == 0 ? net.conv(x, 4 * width, kernel: 1, stride: stride) : x
                x = net.relu(net.sum(wide, shortcut))
            }
        }
        let classes = net.classifier(x)
        return try net.graph(output: classes)
    }

    /// Huang, Liu, van der Maaten, Weinberger, "Densely Connected Convolutional Networks", CVPR 2017, table 1.
    static func denseNet121() throws -> LayerGraph { try dense(blocks: [6, 12, 24, 16]) }

    /// Dense blocks of growth 32: each layer reads what all before it in its block wrote.
    static func dense(blocks: [Int]) throws -> LayerGraph {
        var net = NetworkBuilder(channels: 3, side: 224)
        var x = net.pool(net.convRelu(NetworkBuilder.input, 64, kernel: 7, stride: 2), stride: 2)
        var width = 64
        for (block, count) in blocks.enumerated() {
            var features = [x]
            for _ in 0..<count {
                let all = features.count == 1 ? x : net.concat(features)
                let narrow = net.convRelu(net.relu(net.norm(all)), 128, kernel: 1)
                features.append(net.conv(narrow, 32, kernel: 3))
            }
            x = net.relu(net.norm(net.concat(features)))
            width = (width + 32 * count) / 2
            if block < blocks.count - 1 { x = net.pool(net.conv(x, width, kernel: 1), stride: block < 3 ? 2 : 1) }
        }
        let classes = net.classifier(x)
        return try net.graph(output: classes)
    }

    /// Szegedy et al., "Going Deeper with Convolutions", CVPR 2015, table 1.
    static func googLeNet() throws -> LayerGraph {
        var net = NetworkBuilder(channels: 3, side: 224)
        var x = net.pool(net.convRelu(NetworkBuilder.input, 64, kernel: 7, stride: 2), stride: 2)
        x = net.pool(net.convRelu(net.convRelu(x, 64, kernel: 1), 192, kernel: 3), stride: 2)
        let widths = [
            [64, 96, 128, 16, 32, 32], [128, 128, 192, 32, 96, 64],
            [192, 96, 208, 16, 48, 64], [160, 112, 224, 24, 64, 64], [128, 128, 256, 24, 64, 64],
            [112, 144, 288, 32, 64, 64], [256, 160, 320, 32, 128, 128],
            [256, 160, 320, 32, 128, 128], [384, 192, 384, 48, 128, 128],
        ]
        for (module, width) in widths.enumerated() {
            let straight = net.convRelu(x, width[0], kernel: 1)
            let middle = net.convRelu(net.convRelu(x, width[1], kernel: 1), width[2], kernel: 3)
            let large = net.convRelu(net.convRelu(x, width[3], kernel: 1), width[4], kernel: 5)
            let pooled = net.convRelu(net.pool(x, stride: 1), width[5], kernel: 1)
            x = net.concat([straight, middle, large, pooled])
            if module == 1 || module == 6 { x = net.pool(x, stride: 2) }
        }
        let classes = net.classifier(x)
        return try net.graph(output: classes)
    }
}
