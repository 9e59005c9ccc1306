"""What the Input page shows, as one value: from a link and to a link."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine import limits
from engine.cached import cached_property
from engine.data import pictures
from pages.states import fields
from pages.states.input import typed
from pages.states.knobs import Refusal
from pages.states.link import Link, write
from pages.states.picture import PATH, Chosen, Spec, draw, likely_full, picture_from_text, spec_from_text

MAX_BATCH = 8
MAX_LINK = 16_000  # characters of all its pictures
CELLS, PATCH = 16, 8  # a picture's longest side of which every number is shown; the side of the part of a larger one
EXAMPLES, NUMBERS, CIFAR10, OWN = "Examples", "Numbers", "CIFAR-10", "Your picture"
OLDER = ("Upload", "Camera")  # panels that links of before name
IN_SESSION = "own"  # stands for a picture that is too large for a link
BEFORE = Spec("digit", "rgb", 6, "0-9")  # what a link without a picture of its own has opened since there were links


@dataclass(frozen=True)
class Made:
    """How pictures become numbers: by "grey" or "rgb", the longer side, and the scale."""

    channels: str
    size: int
    scale: str


@dataclass(frozen=True, eq=False)
class InputState:
    """The pictures of a batch, all of one shape; which of them is on show, and from where in a large one.

    panel: where pictures are taken from. offered: the picture that the learner's session holds. refused: a turn of a
    knob that cannot be. typed, problem: what was typed and not read, and why.
    """

    batch: tuple[Chosen, ...]
    n: int = 0
    row: int | None = None
    column: int | None = None
    panel: str = ""
    offered: Chosen | None = None
    refused: Refusal | None = None
    typed: str = ""
    problem: str = ""

    @property
    def chosen(self) -> Chosen:
        """The picture on show, which goes on to other pages."""
        return self.batch[self.n]

    @property
    def shape(self) -> tuple[int, int, int]:
        return self.chosen.values.shape

    @property
    def full(self) -> float | None:
        """The number that stands for full brightness."""
        return self.chosen.full_scale or likely_full(self.chosen.values)

    @property
    def is_large(self) -> bool:
        """Whether only a part of its numbers is shown at a time."""
        return max(self.shape[1:]) > CELLS

    @property
    def at(self) -> tuple[int, int]:
        """The first row and column of the part that is shown."""
        lasts = [max(0, side - PATCH) if self.is_large else 0 for side in self.shape[1:]]
        wanted = zip((self.row, self.column), lasts, strict=True)
        return tuple(last // 2 if place is None else min(place, last) for place, last in wanted)

    @cached_property
    def specs(self) -> list[Spec]:
        """The descriptions of the pictures, where all of them can be drawn again; else none."""
        texts = [chosen.text or "" for chosen in self.batch]
        return [spec_from_text(text) for text in texts] if all(t.startswith("pic.") for t in texts) else []

    @property
    def made(self) -> Made | None:
        """How the pictures became numbers; None where they are numbers as they were typed."""
        if self.specs:
            first = self.specs[0]
            return Made(first.channels, first.size, first.scale)
        if self.chosen.own and len(self.batch) == 1:
            channels, height, width = self.shape
            return Made("grey" if channels == 1 else "rgb", max(height, width), self.chosen.scale)
        return None

    @property
    def source(self) -> str:
        """The panel that these pictures are from."""
        if self.specs:
            return CIFAR10 if self.specs[0].cifar10 else EXAMPLES
        return OWN if self.made else NUMBERS

    @property
    def shown_panel(self) -> str:
        return self.panel or self.source

    @property
    def is_typeable(self) -> bool:
        channels, height, width = self.shape
        return len(self.batch) == 1 and channels <= typed.MAX_CHANNELS and max(height, width) <= typed.MAX_SIDE

    def query(self) -> dict[str, str]:
        """Return the shortest link that brings the state back."""
        texts = [chosen.text for chosen in self.batch]
        x = IN_SESSION if None in texts else fields.JOINT.join(texts)
        panel = self.panel if self.panel != self.source else ""
        parts = [(N, self.n), (PANEL, panel or None)]
        if self.is_large:
            parts += [(ROW, self.row), (COLUMN, self.column)]
        query = write(*parts)
        return query if not query and x == PATH.text else {X.name: x} | query

    def with_step(self, step: int) -> "InputState":
        """Return the state: nothing in it has steps."""
        return self

    def with_batch(self, batch: list[Chosen]) -> "InputState":
        """Return the state with other pictures, and the place and panel that they begin with."""
        return InputState(tuple(batch), min(self.n, len(batch) - 1), self.row, self.column, offered=self.offered)

    def with_(self, **changes) -> "InputState":
        return replace(self, **{"refused": None, "typed": "", "problem": ""} | changes)


X = fields.text("x")
N = fields.whole("n", 0, MAX_BATCH - 1, 0)
ROW, COLUMN = (fields.whole(name, 0, pictures.MAX_SIZE) for name in ("row", "col"))
PANEL = fields.choice("source", (EXAMPLES, NUMBERS, CIFAR10, OWN, *OLDER))


def read(
    query: Mapping[str, str], offered: Chosen | None = None, *, traced: bool = True
) -> tuple[InputState, list[str]]:
    """Return what a link stands for, as far as it can be read, and a sentence for each part that cannot.

    offered: the picture that the learner's session holds.
    """
    link = Link(query)
    has = {field.name for field in (X, N, ROW, COLUMN, PANEL) if link.has(field) and query[field.name]}
    text = link.take(X) or ""
    batch = _pictures(text, offered, link.problems) if text else []
    state = InputState(tuple(batch or [draw(BEFORE if has else PATH)]), offered=offered)
    panel = link.take(PANEL) or ""
    state = replace(state, panel="" if panel in (state.source, *OLDER) else panel)
    most = len(state.batch) - 1
    places = {"n": (N, most), "row": (ROW, state.shape[1] - PATCH), "column": (COLUMN, state.shape[2] - PATCH)}
    for name, (field, most) in places.items():
        if field.name not in has:
            continue
        if name != "n" and not state.is_large:
            link.has(field)
            continue
        value = link.take(fields.whole(field.name, 0, max(0, most)))
        state = state if value is None else replace(state, **{name: value})
    return state, link.end()


def _pictures(text: str, offered: Chosen | None, problems: list[str]) -> list[Chosen]:
    """Return the pictures of a link's text; a sentence for each that cannot be shown goes to the problems."""
    texts, batch = text.split(fields.JOINT), []
    if len(texts) > MAX_BATCH:
        problems.append(f"The link holds {len(texts)} pictures; the first {MAX_BATCH} are shown.")
    for k, one in enumerate(texts[:MAX_BATCH]):
        limits.look()
        if offered is not None and one == (offered.text or IN_SESSION):
            batch.append(offered)
            continue
        if one == IN_SESSION:
            problems.append(
                "The link's picture was too large for a link and stayed in the session that it was made in."
            )
            continue
        try:
            batch.append(picture_from_text(one))
        except ValueError as error:
            which = f" {k}" if len(texts) > 1 else ""
            why = str(error).removeprefix("picture: ").rstrip(".")
            problems.append(f"The link's picture{which} cannot be shown: {why}.")
    stacked, left_out = stackable(batch)
    problems += left_out
    return stacked


def stackable(batch: list[Chosen]) -> tuple[list[Chosen], list[str]]:
    """Return the pictures that have the first one's shape, and a sentence for each other."""
    if not batch:
        return [], []
    shape = batch[0].values.shape
    first = " × ".join(map(str, shape))
    return [one for one in batch if one.values.shape == shape], [
        f"{one.title.capitalize()} is {' × '.join(map(str, one.values.shape))} and is left out: the pictures of a "
        f"batch have one shape, here {first}."
        for one in batch
        if one.values.shape != shape
    ]


def unlinked(state: InputState) -> str:
    """Return why a link cannot hold the picture on show; "" where it can."""
    if state.chosen.text is not None:
        return ""
    height, width = state.shape[1:]
    side = limits.SIDE
    return f"At {height} × {width} it stays in this session: a link can hold such pictures up to {side} × {side}."
