"""Code to paste that makes the tensor which the Input page shows, with PyTorch and Pillow."""

import numpy as np

from pages.states.codec import decimal_text
from pages.states.picture import Chosen, Spec, spec_from_text

MAX_WRITTEN = 400
_HEAD = "import torch\n"
_SHAPE = "print(x.shape)  # N, C, H, W\n"
_SCALED = {
    "0-255": "",
    "0-1": "x = (x / 255).round(decimals=2)\n",
    "0-9": "x = (x * 9 / 255).round()\n",
}


def code(batch: list[Chosen], file: tuple[int, str, float | None] | None = None) -> str:
    """Return a program that leaves the batch in `x`, float64 (N, C, H, W).

    Pictures from files are read again from a file: `file` is their size, channels and cut. Other small
    tensors are written out; larger ones come from CIFAR-10 or, the bundled examples, from Stride's engine.
    """
    count = sum(chosen.values.size for chosen in batch)
    if file is not None:
        return _from_file(batch, *file)
    if count <= MAX_WRITTEN:
        return _written(batch)
    if all((chosen.text or "").startswith("pic.") for chosen in batch):
        specs = [spec_from_text(chosen.text) for chosen in batch]
        return _from_cifar10(specs) if specs[0].cifar10 else _from_examples(specs)
    rows = ", ".join(map(str, (len(batch), *batch[0].values.shape)))
    return (
        f"{_HEAD}\n# Paste the {count:,} numbers, row by row, between the quotes.\n"
        f'x = torch.tensor([float(v) for v in """\n""".split()], dtype=torch.float64).reshape({rows})\n'
    )


def _written(batch: list[Chosen]) -> str:
    values = np.stack([chosen.values for chosen in batch])
    planes = []
    for image in values.tolist():
        channels = []
        for plane in image:
            rows = ["[" + ", ".join(decimal_text(v) for v in row) + "]" for row in plane]
            channels.append("[" + ",\n   ".join(rows) + "]")
        planes.append("[" + ",\n  ".join(channels) + "]")
    body = "[" + ",\n ".join(planes) + "]"
    return f"{_HEAD}\nx = torch.tensor(\n{body}, dtype=torch.float64)\n{_SHAPE}"


def _from_file(batch: list[Chosen], size: int, channels: str, cut: float | None) -> str:
    mode, axes = ("L", "[None]") if channels == "grey" else ("RGB", ".permute(2, 0, 1)")
    lines = [
        "import numpy as np",
        "import torch",
        "from PIL import Image, ImageOps",
        "from torch.nn import functional as F",
        "",
        'image = ImageOps.exif_transpose(Image.open("picture.png"))',
        'if image.mode.startswith("I"):  # 16 bits: the high 8',
        "    image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))",
        "if image.has_transparency_data:  # laid over white",
        '    white = Image.new("RGBA", image.size, "white")',
        '    image = Image.alpha_composite(white, image.convert("RGBA"))',
        f'image = image.convert("RGB").convert("{mode}")',
        f"x = torch.from_numpy(np.array(image)).double(){axes}  # C, H, W",
    ]
    if cut is not None:
        part = {0.0: "0", 0.5: "round((h - side) / 2)", 1.0: "h - side"}[cut]
        lines += [
            "h, w = x.shape[1:]",
            "side = min(h, w)",
            f"top, left = {part}, {part.replace('h', 'w')}",
            "x = x[:, top : top + side, left : left + side]",
        ]
    h, w = batch[0].values.shape[1:]
    lines += [
        "# Area averages where the picture is made smaller, bilinear where it is made larger.",
        f"if max(x.shape[1:]) >= {size}:",
        f"    x = F.adaptive_avg_pool2d(x, ({h}, {w})).round()",
        "else:",
        f'    x = F.interpolate(x[None], ({h}, {w}), mode="bilinear")[0].round()',
    ]
    return "\n".join(lines) + "\n" + _SCALED[batch[0].scale] + "x = x[None]  # a batch of N = 1\n" + _SHAPE


def _from_cifar10(specs: list[Spec]) -> str:
    first = specs[0]
    split, _ = first.cifar10
    grey = '.convert("L")' if first.channels == "grey" else ""
    axes = "[None]" if first.channels == "grey" else ".permute(2, 0, 1)"
    resized = ""
    if first.size != 32:
        call = (
            f"F.adaptive_avg_pool2d(x, {first.size})"
            if first.size < 32
            else f'F.interpolate(x, ({first.size}, {first.size}), mode="bilinear")'
        )
        resized = f"x = {call}.round()\n"
    return (
        "import numpy as np\nimport torch\nfrom torch.nn import functional as F\n"
        "from torchvision.datasets import CIFAR10\n\n"
        f'images = CIFAR10("data", train={split == "train"}, download=True)\n'
        f"x = torch.stack([torch.from_numpy(np.array(images[i][0]{grey})).double(){axes}\n"
        f"                 for i in {[spec.cifar10[1] for spec in specs]}])\n"
        f"{resized}{_SCALED[first.scale]}{_SHAPE}"
    )


def _from_examples(specs: list[Spec]) -> str:
    first = specs[0]
    names = ", ".join(f'"{spec.name}"' for spec in specs)
    return (
        "# In Stride's folder: its own code draws the examples.\nimport numpy as np\nimport torch\n\n"
        "from engine.data import pictures\n\n"
        f"names = [{names}]\n"
        f"arrays = [pictures.tensor(pictures.example(name, {first.size}), {first.size}, "
        f'"{first.channels}", "{first.scale}")\n          for name in names]\n'
        f"x = torch.tensor(np.stack(arrays))\n{_SHAPE}"
    )
