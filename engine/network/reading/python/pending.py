"""Layers that the text leaves open until it is known what arrives at them; none is left in a network that is read."""

from dataclasses import dataclass, replace
from math import prod

from engine.layers import Conv2d, Flatten
from engine.layers.base import Layer, Shape
from engine.network.blocks import Residual, Sequential, called, output_shapes, shape_text


@dataclass(frozen=True)
class Pending(Layer):
    """A layer that becomes none, or another one, once the shape that arrives is known."""

    line: int

    def settled(self, arriving: Shape) -> tuple[Layer, ...]:
        """Return what it becomes. ValueError where nothing fits."""
        raise NotImplementedError

    def output_shape(self, input_shape: Shape) -> Shape:
        return ([tuple(input_shape), *output_shapes(self.settled(input_shape), input_shape)])[-1]


@dataclass(frozen=True)
class Lazy(Pending):
    """A layer without what arrives at it, such as nn.LazyLinear(10): `inner` has any number there."""

    inner: Layer

    def settled(self, arriving: Shape) -> tuple[Layer, ...]:
        return (self.inner.fitted(arriving),)


@dataclass(frozen=True)
class View(Pending):
    """One vector a picture, as x.view(-1, features) makes it. features: None for as many as there are."""

    features: int | None = None

    def settled(self, arriving: Shape) -> tuple[Layer, ...]:
        if self.features not in (None, prod(arriving)):
            raise ValueError(f"line {self.line} makes vectors of {self.features}, but {shape_text(arriving)} arrives")
        return (Flatten(),) if len(arriving) > 1 else ()


@dataclass(frozen=True)
class Squeeze(Pending):
    """What x.squeeze() does to one number a channel: (C, 1, 1) becomes (C). half: only one of its axes has gone."""

    half: bool = False

    def settled(self, arriving: Shape) -> tuple[Layer, ...]:
        if len(arriving) == 1:
            return ()
        if self.half or prod(arriving[1:]) != 1:
            raise ValueError(f"line {self.line} squeezes {shape_text(arriving)}: only (C, 1, 1) becomes a vector")
        return (Flatten(),)


@dataclass(frozen=True)
class Shaped(Pending):
    """Maps of a given shape, as x.view(-1, 1, 28, 28) makes them: of maps that have it already."""

    shape: Shape

    def settled(self, arriving: Shape) -> tuple[Layer, ...]:
        if tuple(arriving) != self.shape:
            shapes = f"{shape_text(self.shape)} of {shape_text(arriving)}"
            raise ValueError(f"line {self.line} makes maps {shapes}; Stride has no such layer")
        return ()


@dataclass(frozen=True)
class Padded(Pending):
    """Zeros around maps, as nn.ZeroPad2d adds them: they become the padding of the convolution that follows."""

    down: int
    across: int

    def settled(self, arriving: Shape) -> tuple[Layer, ...]:
        raise ValueError(f"line {self.line} adds zeros, which is read only before a Conv2d that pads with zeros")

    def joined(self, layer: Layer) -> Layer:
        """Return the convolution that follows, with this padding. ValueError where it cannot have it."""
        if type(layer) is not Conv2d or layer.padding_mode != "zeros" or isinstance(layer.padding, str):
            return self.settled(())[0]
        down, across = layer.paddings
        return replace(layer, padding=(down + self.down, across + self.across))


@dataclass(frozen=True)
class OverAxis(Pending):
    """nn.Softmax or nn.LogSoftmax with a dim other than −1: whether that is the last axis, the input's shape tells.

    dim None is PyTorch's old choice: of (N, K) and (N, C, H, W), axis 1.
    """

    inner: Layer
    dim: int | None

    def settled(self, arriving: Shape) -> tuple[Layer, ...]:
        axes = len(arriving) + 1
        dim = 1 if self.dim is None else self.dim + axes if self.dim < 0 else self.dim
        if dim == axes - 1:
            return (self.inner,)
        over = {0: "the pictures (N)", 1: "the channels (C)", 2: "the rows (H)"}.get(dim, f"axis {dim}")
        raise ValueError(
            f"line {self.line}: nn.{called(self.inner)} goes over {over} of {shape_text(arriving)}; Stride has it over "
            "the last axis only"
        )


def settled(layers: tuple[Layer, ...], arriving: Shape) -> tuple[Layer, ...]:
    """Return the layers with nothing pending, for the shape that arrives. ValueError where a layer cannot take it."""
    made: list[Layer] = []
    shape, pads = tuple(arriving), None
    for layer in layers:
        new: tuple[Layer, ...]
        if isinstance(layer, Padded) and layer is not layers[-1]:
            pads = (
                layer if pads is None else replace(pads, down=pads.down + layer.down, across=pads.across + layer.across)
            )
            continue
        if pads is not None:
            layer = pads.joined(layer.settled(shape)[0] if isinstance(layer, Lazy) else layer)
            pads = None
        if isinstance(layer, Pending):
            new = layer.settled(shape)
        elif isinstance(layer, Sequential):
            new = (Sequential(settled(layer.layers, shape)),)
        elif isinstance(layer, Residual):
            body, shortcut = settled(layer.body, shape), settled(layer.shortcut, shape)
            new = (replace(layer, body=body, shortcut=shortcut),)
        else:
            new = (layer,)
        for one in new:
            made.append(one)
            shape = _after(made, shape)
    return tuple(made)


def _after(made: list[Layer], arriving: Shape) -> Shape:
    """Return the shape after the last layer. ValueError, with its place, where it cannot take what arrives."""
    try:
        return output_shapes(made[-1:], arriving)[-1]
    except ValueError as error:
        words = str(error).replace("layer 1,", f"layer {len(made)},", 1)
        if len(made) > 1:
            words = words.replace("the input is", f"layer {len(made) - 1}, {called(made[-2])}, gives")
        raise ValueError(words) from None


def named_layer(layer: Layer) -> str:
    """Return a layer that was read, in short: Conv2d(1, 6, kernel_size=5)."""
    if isinstance(layer, Lazy):
        return f"a lazy {called(layer.inner)}"
    if isinstance(layer, OverAxis):
        return f"{called(layer.inner)}(dim={layer.dim})"
    if isinstance(layer, Pending):
        return "Flatten()"
    if isinstance(layer, Sequential | Residual):
        return f"{called(layer)}(…)"
    return layer.code().removeprefix("nn.")


def is_pending(layers: tuple[Layer, ...]) -> bool:
    """Whether any of the layers is still open."""
    return any(
        isinstance(layer, Pending)
        or (isinstance(layer, Sequential) and is_pending(layer.layers))
        or (isinstance(layer, Residual) and (is_pending(layer.body) or is_pending(layer.shortcut)))
        for layer in layers
    )
