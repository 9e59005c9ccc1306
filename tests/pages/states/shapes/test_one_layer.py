"""One layer in the calculator, beside torch's own: its shape, its parameters, its code and its working."""

import re
from html import unescape
from urllib.parse import parse_qsl

import pytest
import torch
from torch import nn

from tests.pages.states.asking import json_answer, said

# Link → torch's own layer and its input: what comes out is torch's business.
ONE_LAYER = {
    "example=stride-1": (nn.Conv2d(1, 1, 4), (1, 6, 6)),
    "example=stride-2": (nn.Conv2d(1, 1, 4, stride=2), (1, 6, 6)),
    "example=stride-2-padding-1": (nn.Conv2d(1, 1, 4, stride=2, padding=1), (1, 6, 6)),
    "example=alexnet": (nn.Conv2d(3, 64, 11, 4, 2), (3, 224, 224)),
    "example=resnet": (nn.Conv2d(3, 64, 7, 2, 3, bias=False), (3, 224, 224)),
    "example=same": (nn.Conv2d(64, 64, 3, padding=1), (64, 32, 32)),
    "example=dcgan": (nn.ConvTranspose2d(512, 256, 4, 2, 1, bias=False), (512, 8, 8)),
    "example=ceil-mode": (nn.MaxPool2d(2, 2, ceil_mode=True), (1, 5, 5)),
    "layer=Conv2d&x=4x19x12&out_channels=6&kernel_size=3x2&stride=2x3&dilation=2x1&padding=1x0&groups=2": (
        nn.Conv2d(4, 6, (3, 2), (2, 3), (1, 0), (2, 1), groups=2), (4, 19, 12),
    ),
    "layer=AvgPool2d&x=2x7x9&kernel_size=3&stride=2&padding=1&ceil_mode=1": (
        nn.AvgPool2d(3, 2, 1, ceil_mode=True), (2, 7, 9),
    ),
    "layer=ConvTranspose2d&x=1x5x6&kernel_size=3&stride=2&padding=1&output_padding=1": (
        nn.ConvTranspose2d(1, 1, 3, 2, 1, 1), (1, 5, 6),
    ),
}  # fmt: skip


def text(html: str) -> str:
    return unescape(re.sub("<[^>]*>", "", html))


@pytest.mark.parametrize("query", ONE_LAYER)
def test_one_layers_shape_parameters_and_working_are_torchs(query):
    layer, shape = ONE_LAYER[query]
    words = said(json_answer("calculator", {"query": dict(parse_qsl(query))}))
    result, working = (re.search(f'<div class="{name}">.*', words).group() for name in ("sh-result", "sh-working"))
    out = tuple(layer(torch.zeros(1, *shape)).shape[1:])
    sizes = [" × ".join(map(str, s)) for s in (shape, out)]
    assert f"C, H, W: {sizes[0]} → {sizes[1]}" in text(result)
    count = sum(p.numel() for p in layer.parameters())
    assert (f"{count:,}" if count else "no parameters") in text(result)
    code = unescape(re.search("<code>(.*?)</code>", result).group(1))
    assert eval(code, {"nn": nn})(torch.zeros(1, *shape)).shape[1:] == out
    lines = [text(math) for math in re.findall("<math.*?</math>", working)]
    for axis, letter in enumerate("HW"):
        if out[1] == out[2] and letter == "W":
            assert f"width {out[2]} in the same way" in text(working)
        else:
            assert any(letter in line and "=" not in line for line in lines)
            assert any(line.endswith(f"={out[1 + axis]}") for line in lines)
