"""Pictures of the learner's own for the Input page, from files or a camera, which only the host can bring."""

from collections.abc import Sequence
from typing import Any

from engine.data import pictures
from pages.states import picture
from pages.states.holder import Holder
from pages.states.input import acts, uploads
from pages.states.input import state as states
from pages.states.picture import Own

CUTS = {"middle": 0.5, "start": 0.0, "end": 1.0, "whole": None}
CUT, CUT_LABEL = "middle", "Cut square from its"
CUT_HELP = "start: left or top; end: right or bottom; whole: not cut, the sides keep their proportions"
FILES_LABEL = "PNG, JPEG or WebP, up to 20 MB; several make a batch"
MOST_PIXELS = 2 * pictures.MAX_SIZE  # of a kept picture's longer side


def act(mine: Holder, files: Sequence[bytes], cut: str) -> list[Any]:
    """Return the act for files: one is the holder's, from which it is made at any size; several are numbers.

    cut: one of CUTS. Raises ValueError, with a sentence, for a file that cannot be read.
    """
    read = [_own(file, CUTS[cut], f"Picture {k}: " if len(files) > 1 else "") for k, file in enumerate(files)]
    read, notes = read[: states.MAX_BATCH], [note for _, notes in read for note in notes]
    if len(read) < len(files):
        notes.append(f"There are {len(files)} files; the first {states.MAX_BATCH} are used.")
    now = states.read(mine.left.get("input", {}), mine.picture)[0].made or acts.FIRST
    made = [picture.from_own(own, now.channels, now.size, now.scale) for own, _ in read]
    if len(made) == 1:
        mine.offered = made[0]
        return ["own", " ".join(notes)]
    if any(one.text is None for one in made):
        raise ValueError("no link can hold a batch of pictures this large: choose a smaller size first")
    return ["files", {"texts": [one.text for one in made], "note": " ".join(notes)}]


def _own(data: bytes, cut: float | None, name: str) -> tuple[Own, list[str]]:
    try:
        read = uploads.read(data)
    except ValueError as error:
        raise ValueError(f"{name}{error}") from None
    pixels = read.picture if cut is None else pictures.square(read.picture, cut)
    longer = max(pixels.shape[:2])
    if longer > MOST_PIXELS:
        pixels = pictures.resize(pixels, pictures.fit(*pixels.shape[:2], MOST_PIXELS))
    return Own(pixels, cut), [f"{name}{note}" for note in read.notes]
