"""SVG pictures as PNG and as an animated GIF, in the font that Streamlit brings with it."""

import io
import tempfile
from collections.abc import Iterable
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from threading import Lock

WEIGHTS = (400, 550, 700)
_ONE = Lock()  # resvg keeps Python's lock while it draws: two at once would leave no time for what others do
SIGNS = (*range(0x20, 0x250), *range(0x370, 0x400), *range(0x2000, 0x2300))  # Latin, Greek, arrows and mathematics
SECONDS = 1.2  # for each picture of an animation: as long as the player shows a step
COLORS = 128  # of an animation: a drawing has few, and their edges some more


@cache
def _fonts() -> tuple[tempfile.TemporaryDirectory, list[str]]:
    """Return font files of each weight, in a folder that lasts as long as the process."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    media = Path(distribution("streamlit").locate_file("streamlit/static/static/media"))
    (packed,) = media.glob("SourceSansVF-Upright*.woff2")
    folder, files = tempfile.TemporaryDirectory(prefix="stride-fonts-"), []
    for weight in WEIGHTS:
        font = TTFont(packed)
        signs = Subsetter(Options(layout_features=[]))  # first: a weight of all signs takes half a minute
        signs.populate(unicodes=SIGNS)
        signs.subset(font)
        instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)
        font.flavor = None
        files.append(str(Path(folder.name) / f"{weight}.ttf"))
        font.save(files[-1])
    return folder, files


def png(svg: str, zoom: float = 2) -> bytes:
    """Return an SVG as PNG, `zoom` pixels for each of its own."""
    import resvg_py

    with _ONE:
        fonts = _fonts()[1]
        return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=zoom, font_files=fonts, skip_system_fonts=True))


def gif(svgs: Iterable[str], zoom: float = 1) -> bytes:
    """Return SVGs as an animation without end; all are laid on the size of the largest."""
    from PIL import Image

    pictures = [Image.open(io.BytesIO(png(svg, zoom))).convert("RGB") for svg in svgs]
    size = (max(picture.width for picture in pictures), max(picture.height for picture in pictures))
    frames: list[Image.Image] = []
    palette = pictures[-1].quantize(COLORS)  # one for all, so that only what changes is kept; the last shows the most
    for picture in pictures:
        frame = Image.new("RGB", size, picture.getpixel((0, 0)))
        frame.paste(picture)
        frames.append(frame.quantize(palette=palette, dither=Image.Dither.NONE))
    file = io.BytesIO()
    frames[0].save(
        file, "GIF", save_all=True, append_images=frames[1:], duration=round(1000 * SECONDS), loop=0, disposal=1
    )
    return file.getvalue()
