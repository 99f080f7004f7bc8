"""Names and shapes of torchvision's residual networks of bottlenecks, written down independently of ours."""


def resnet(blocks, widths, classes):
    """``{name: shape}`` of the state dict."""
    found = {"conv1.weight": (widths[0], 3, 7, 7)} | norm("bn1", widths[0])
    before = widths[0]
    for number, (count, width) in enumerate(zip(blocks, widths, strict=True), start=1):
        for place in range(count):
            block = f"layer{number}.{place}"
            found |= {f"{block}.conv1.weight": (width, before, 1, 1)} | norm(f"{block}.bn1", width)
            found |= {f"{block}.conv2.weight": (width, width, 3, 3)} | norm(f"{block}.bn2", width)
            found |= {f"{block}.conv3.weight": (4 * width, width, 1, 1)} | norm(f"{block}.bn3", 4 * width)
            if place == 0:
                found[f"{block}.downsample.0.weight"] = (4 * width, before, 1, 1)
                found |= norm(f"{block}.downsample.1", 4 * width)
            before = 4 * width
    return found | {"fc.weight": (classes, before), "fc.bias": (classes,)}


def norm(name, channels):
    """A batch normalisation."""
    of_channels = ("weight", "bias", "running_mean", "running_var")
    return {f"{name}.{key}": (channels,) for key in of_channels} | {f"{name}.num_batches_tracked": ()}
