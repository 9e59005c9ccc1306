"""The weights that LeNet-5 comes with: trained on digits drawn in the typefaces of a folder.

    python -m engine.pytorch.digits assets/weights/lenet5.npz /usr/share/fonts/truetype --seed 0

Weights are rounded to two decimals while training (their gradients pass the rounding by), so that what is shown is
what was trained. Printed digits only: handwriting was never seen.
"""

import argparse
from pathlib import Path

import numpy as np

from engine.network import Network
from engine.network.zoo import LENET5

SIDE, FINE = 28, 4
STEP = 0.01
OUTLINES = {b"glyf", b"CFF ", b"CFF2"}  # a typeface without any of these holds pictures of one size, as of emoji
PLAIN = "LiberationSans-Bold.ttf"  # of the ten digits that come with the weights


def typefaces(folder: Path) -> list[Path]:
    """Return the font files below a folder that can be scaled and hold ten different digits, in the order of names."""
    from PIL import ImageFont

    chosen = []
    for file in sorted(folder.rglob("*.ttf")):
        if not OUTLINES & tables(file):
            continue
        font = ImageFont.truetype(file, 40)
        shapes = {bytes(font.getmask(str(k))) for k in range(10)}
        if len(shapes) == 10 and min(font.getmask(str(k)).size[1] for k in range(10)) > 15:
            chosen.append(file)
    return chosen


def tables(file: Path) -> set[bytes]:
    """Return the names of a TrueType or OpenType file's tables (OpenType specification, "Table Directory")."""
    with file.open("rb") as font:
        count = int.from_bytes(font.read(12)[4:6], "big")
        return {font.read(16)[:4] for _ in range(count)}


def draw(digit: int, font, rng: np.random.Generator, plain: bool = False) -> np.ndarray:
    """Return a digit as (28, 28) in tenths from 0 to 1, light on dark: turned, sheared, moved, thickened by chance."""
    from PIL import Image, ImageDraw, ImageFilter

    side = SIDE * FINE
    sheet = Image.new("L", (side, side))
    stroke = 0 if plain else int(rng.integers(0, 6))
    ImageDraw.Draw(sheet).text((side / 2, side / 2), str(digit), 255, font, anchor="mm", stroke_width=stroke)
    box = sheet.getbbox()
    part = sheet.crop(box)
    high = 20 * FINE if plain else FINE * rng.uniform(15, 23)
    wide = high * part.width / part.height * (1 if plain else rng.uniform(0.8, 1.25))
    part = part.resize((max(1, round(min(wide, side * 0.85))), round(high)))
    sheet = Image.new("L", (side, side))
    shift = (0, 0) if plain else rng.integers(-2 * FINE, 2 * FINE + 1, 2)
    sheet.paste(part, ((side - part.width) // 2 + int(shift[0]), (side - part.height) // 2 + int(shift[1])))
    if not plain:
        lean, turn = rng.uniform(-0.2, 0.2), rng.uniform(-10, 10)
        sheet = sheet.transform((side, side), Image.Transform.AFFINE, (1, lean, -lean * side / 2, 0, 1, 0))
        sheet = sheet.rotate(turn, resample=Image.Resampling.BILINEAR)
        sheet = sheet.filter(ImageFilter.GaussianBlur(rng.uniform(0, 2.5)))
    light = np.asarray(sheet.resize((SIDE, SIDE), Image.Resampling.BOX), dtype=np.float64) / 255
    if not plain:
        ground, ink = rng.uniform(0, 0.25) * (rng.random() < 0.5), rng.uniform(0.7, 1)
        light = ground + light * (ink - ground) + rng.normal(0, 0.02, light.shape)
    return np.clip(np.round(light, 1), 0, 1)


def data_set(count: int, seed: int, files: list[Path]) -> tuple[np.ndarray, np.ndarray]:
    """Return (count, 1, 28, 28) digits and their classes."""
    from PIL import ImageFont

    rng = np.random.default_rng(seed)
    fonts = [ImageFont.truetype(file, 22 * FINE) for file in files]
    labels = rng.integers(0, 10, count)
    pictures = [draw(int(k), fonts[rng.integers(len(fonts))], rng) for k in labels]
    return np.stack(pictures)[:, None], labels


def train(network: Network, files: list[Path], seed: int, count: int, epochs: int) -> tuple[dict, float]:
    """Return trained parameters in hundredths, and the share of right answers on digits that were not trained on."""
    import torch
    from torch.nn.functional import cross_entropy

    from engine.pytorch.modules import torch_model

    torch.manual_seed(seed)
    model = torch_model(network).float().train()
    x, y = (torch.from_numpy(a) for a in data_set(count, seed, files))
    x = x.float()
    chosen = torch.optim.Adam(model.parameters(), lr=2e-3)
    falling = torch.optim.lr_scheduler.OneCycleLR(chosen, 4e-3, epochs * (count // 128))
    names = [name for name, _ in model.named_parameters()]

    def rounded():
        made = {}
        for name in names:
            w = model.get_parameter(name)
            made[name] = w + (torch.round(w / STEP) * STEP - w).detach()
        return made

    for epoch in range(epochs):
        order = torch.randperm(count)
        for k in range(count // 128):
            batch = order[k * 128 : (k + 1) * 128]
            loss = cross_entropy(torch.func.functional_call(model, rounded(), (x[batch],)), y[batch])
            chosen.zero_grad()
            loss.backward()
            chosen.step()
            falling.step()
        print(f"epoch {epoch + 1}: loss {loss.item():.4f}", flush=True)
    parameters = {name: np.round(w.detach().numpy() / STEP).astype(np.int16) for name, w in rounded().items()}
    return parameters, right(network, {name: a * STEP for name, a in parameters.items()}, files, seed + 1, 5000)


def right(network: Network, parameters: dict, files: list[Path], seed: int, count: int) -> float:
    """Return the share of right answers on digits that are drawn anew in these typefaces."""
    tests, classes = data_set(count, seed, files)
    return float((network.forward(tests, parameters)[-1].argmax(1) == classes).mean())


def main() -> None:
    from PIL import ImageFont

    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("file", type=Path)
    read.add_argument("typefaces", type=Path, help=f"a folder of .ttf files with {PLAIN} among them")
    read.add_argument("--seed", type=int, default=0)
    read.add_argument("--count", type=int, default=40_000)
    read.add_argument("--epochs", type=int, default=8)
    asked = read.parse_args()
    files = typefaces(asked.typefaces)
    plain = [file for file in files if file.name == PLAIN]
    if not plain:
        read.error(f"there is no {PLAIN} in {asked.typefaces}")
    print("\n".join(file.name for file in files))
    parameters, share = train(LENET5.network, files, asked.seed, asked.count, asked.epochs)
    font = ImageFont.truetype(plain[0], 22 * FINE)
    digits = np.stack([draw(k, font, np.random.default_rng(0), plain=True) for k in range(10)])
    np.savez_compressed(asked.file, allow_pickle=False, digits=np.round(digits * 10).astype(np.int8), **parameters)
    print(f"{len(files)} typefaces, {100 * share:.2f} % of 5,000 digits right, {asked.file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
