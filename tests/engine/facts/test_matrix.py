import numpy as np
import pytest

from engine.facts.matrix import BESIDE, product
from engine.layers import Conv1d, Conv2d


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (Conv2d(3, 2, (2, 3), stride=2, padding=1), (3, 7, 8)),
        (Conv2d(4, 4, 2, groups=2, dilation=2, padding=1, padding_mode="reflect"), (4, 6, 5)),
        (Conv1d(2, 3, 3, padding=1), (2, 1, 9)),
    ],
    ids=lambda value: str(value),
)
def test_the_product_is_the_output_without_its_bias_beside_every_cell(layer, shape):
    rng = np.random.default_rng(0)
    x, weight = rng.standard_normal(shape), rng.standard_normal(layer.parameter_shapes()["weight"])
    out = layer.forward(x, weight=weight, bias=np.zeros(layer.out_channels))
    flat = out.reshape(len(out), -1)
    for place in np.ndindex(out.shape):
        made = product(layer, x, weight, place)
        assert made.count == flat.shape[1] and made.columns.shape[1] <= 2 * BESIDE + 1
        assert made.output[made.row, made.column] == pytest.approx(out[place])
        rows, windows = made.output.shape
        kept = flat[made.filters : made.filters + rows, made.windows : made.windows + windows]
        np.testing.assert_allclose(made.output, kept, atol=1e-12)
