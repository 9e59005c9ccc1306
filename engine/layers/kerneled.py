"""What layers with a kernel share: its size, its stride and its dilation, down and across."""

from engine.functional import shapes
from engine.layers.base import Layer

Pair = int | tuple[int, int]


class Kerneled(Layer):
    """A layer whose settings kernel_size, stride and, where it has one, dilation are one int or (rows, columns)."""

    @property
    def kernel(self) -> tuple[int, int]:
        """Kernel height and width."""
        return shapes.pair(self.kernel_size, "kernel_size", 1)

    @property
    def strides(self) -> tuple[int, int]:
        """Stride down and across."""
        return shapes.pair(self.stride, "stride", 1)

    @property
    def dilations(self) -> tuple[int, int]:
        """Dilation down and across; 1 where the layer has none."""
        return shapes.pair(getattr(self, "dilation", 1), "dilation", 1)

    @property
    def extent(self) -> tuple[int, int]:
        """Cells that the kernel spans, down and across, dilation counted in."""
        rows, columns = zip(self.kernel, self.dilations, strict=True)
        return shapes.effective_kernel(*rows), shapes.effective_kernel(*columns)
