"""SVG pictures as PNG and as an animated GIF, in the font that Streamlit brings with it."""

import io
import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from engine.limits import look
from pages.states.share.canvas import Canvas, picture

if TYPE_CHECKING:
    from PIL import Image

WEIGHTS = (400, 550, 700)
_ONE = Lock()  # resvg keeps Python's lock while it draws: two at once would leave no time for what others do
SIGNS = (*range(0x20, 0x250), *range(0x370, 0x400), *range(0x2000, 0x2300))  # Latin, Greek, arrows and mathematics
SECONDS = 1.2  # for each picture of an animation: as long as the player shows a step
ALIKE = 10  # pictures that share a ground
FRAME = 'fill="none"'
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
    few, signs = TTFont(packed), Subsetter(Options(layout_features=[]))
    signs.populate(unicodes=SIGNS)
    signs.subset(few)  # first: a weight of all signs takes half a minute
    few.flavor, subset = None, io.BytesIO()
    few.save(subset)
    for weight in WEIGHTS:
        subset.seek(0)
        font = TTFont(subset)
        instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)
        files.append(str(Path(folder.name) / f"{weight}.ttf"))
        font.save(files[-1])
    return folder, files


def png(svg: str, zoom: float = 2) -> bytes:
    """Return an SVG as PNG, `zoom` pixels for each of its own."""
    import resvg_py

    with _ONE:
        fonts = _fonts()[1]
        return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=zoom, font_files=fonts, skip_system_fonts=True))


def layered(canvases: list[Canvas], width: float, height: float) -> Iterator["Image.Image"]:
    """Yield each canvas as a picture of a size.

    What is the same in several that follow one another is drawn once, below the rest, which saves time. Frames lie
    above cells, and stay there.
    """
    from PIL import Image

    def drawn(parts: Iterable[str], ground: str = "") -> Image.Image:
        return Image.open(io.BytesIO(png(picture(parts, width, height, ground=ground), zoom=1))).convert("RGBA")

    for first in range(0, len(canvases), ALIKE):
        those = canvases[first : first + ALIKE]
        same = {part for part in set(those[0].parts).intersection(*(c.parts for c in those)) if FRAME not in part}
        below = drawn([part for part in those[0].parts if part in same], those[0].color("surface"))
        for canvas in those:
            look()
            yield Image.alpha_composite(below, drawn(part for part in canvas.parts if part not in same)).convert("RGB")


def gif(phases: Iterable[list[Canvas]]) -> bytes:
    """Return the steps of phases as an animation without end; all are of the size of the largest."""
    from PIL import Image

    phases = list(phases)
    every = [canvas for canvases in phases for canvas in canvases]
    width, height = (max(getattr(canvas, side) for canvas in every) for side in ("width", "height"))
    pictures = [one for canvases in phases for one in layered(canvases, width, height)]
    palette = pictures[-1].quantize(COLORS)  # one for all, so that only what changes is kept; the last shows the most
    frames = [one.quantize(palette=palette, dither=Image.Dither.NONE) for one in pictures]
    file = io.BytesIO()
    frames[0].save(
        file, "GIF", save_all=True, append_images=frames[1:], duration=round(1000 * SECONDS), loop=0, disposal=1
    )
    return file.getvalue()
