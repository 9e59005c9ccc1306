"""What the training page shows, as one value, and its link both ways: a training to set up, a run, or the runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from engine.network import Network
from engine.network.stack_text import read_stack, write_stack
from engine.training import runs
from engine.training.config import INPUT_SHAPE, Config, whiten_problem
from engine.training.presets import PRESETS
from engine.writing.display import shown
from engine.writing.setting import Setting, settings
from pages.states import fields
from pages.states.fields import Field
from pages.states.knobs import Refusal as RefusedTurn
from pages.states.link import Link, write
from pages.states.network.stack import Refusal as RefusedChange
from pages.states.picture import Chosen

NEW, RUN, RUNS = "new", "run", "runs"
FIRST = "quick"
DRAWN, OLDER = "shapes", "cifar10"  # the pictures of a bare address, and of a link that names none
MOST_COMPARED = 8
MOST_PATH = 400
SETTINGS = {name: one for name, one in settings(Config).items() if name != "data"}  # the settings that have a control


@dataclass(frozen=True)
class TrainingState:
    """What is on show, the training that is set up, the run that is open, the runs whose curves are compared.

    data: as in Config, but "folder:" as long as no folder is named; the one in config is not used. refused: what has
    just been refused, and is not in the link. chosen: the picture of the Input page, which goes on to the next one.
    """

    view: str = NEW
    preset: str = FIRST
    settings: Config = field(default_factory=lambda: PRESETS[FIRST].config)
    data: str = DRAWN
    run: str = ""
    compared: tuple[str, ...] = ()
    refused: RefusedTurn | RefusedChange | None = None
    chosen: Chosen | None = field(default=None, compare=False)

    def with_step(self, step: int) -> Self:
        """Return the state: nothing in it has steps."""
        return self

    @property
    def source(self) -> str:
        """Return "cifar10", "shapes" or "folder"."""
        return self.data.partition(":")[0]

    def config(self) -> Config:
        """Return the training as it is set up. ValueError where no folder is named."""
        if self.data == "folder:":
            raise ValueError("Name a folder that holds one folder of pictures for each class.")
        return replace(self.settings, data=self.data)

    def changed(self) -> dict[str, Any]:
        """Return the settings that differ from the preset's, without the network and the data."""
        first = PRESETS[self.preset].config
        values = {name: getattr(self.settings, name) for name in SETTINGS}
        return {name: value for name, value in values.items() if value != getattr(first, name)}

    @property
    def own_network(self) -> bool:
        """Whether the network is another than the preset's."""
        return self.settings.network != PRESETS[self.preset].config.network

    def name(self) -> str:
        """Return the first name of a run of this training."""
        held = ["another network"] if self.own_network else []
        held += [f"{name} {SETTINGS[name].write(value)}" for name, value in self.changed().items()]
        title = PRESETS[self.preset].title + (f" ({', '.join(held)})" if held else "")
        return title if len(title) <= 60 else f"{title[:58]} …"

    def query(self) -> dict[str, str]:
        """Return the shortest link that brings a state back."""
        if self.view == RUN:
            return write((OPEN_RUN, self.run))
        if self.view == RUNS:
            return write((VIEW, RUNS), (WITH, self.compared))
        stack = self.settings.network.layers if self.own_network else None
        changed = ((_plain(SETTINGS[name]), value) for name, value in self.changed().items())
        return write((PRESET, self.preset), (DATA, self.data), (STACK, stack), *changed)


def with_preset(state: TrainingState, preset: str) -> TrainingState:
    """Return the state with a preset's network and settings."""
    return replace(state, preset=preset, settings=PRESETS[preset].config)


def with_setting(state: TrainingState, name: str, value: Any) -> TrainingState:
    """Return the state with a setting changed. ValueError, with the numbers, where it cannot be."""
    return replace(state, settings=replace(state.settings, **{name: SETTINGS[name].check(value)}))


def with_network(state: TrainingState, network: Network) -> TrainingState:
    """Return the state with another network, whitened only where it can be. ValueError where it cannot be trained."""
    fitted = network.fitted()
    whiten = state.settings.whiten and not whiten_problem(fitted)
    return replace(state, settings=replace(state.settings, network=fitted, whiten=whiten))


def like(state: TrainingState, run: runs.Run) -> TrainingState:
    """Return the state that sets up a training with a run's settings. ValueError for a broken run."""
    if run.config is None:
        raise ValueError(run.broken)
    preset = run.preset if run.preset in PRESETS else state.preset
    return replace(state, view=NEW, preset=preset, settings=run.config, data=run.config.data)


# The link


def _data(text: str) -> str:
    if text in ("cifar10", "shapes") or (text.startswith("folder:") and len(text) <= MOST_PATH and text.isprintable()):
        return text
    raise ValueError(f"data {shown(text)} is neither cifar10, shapes nor folder:PATH")


OPEN_RUN = Field("run", runs.get)
KEY = fields.text("key")  # a key in a link is kept by the browser (assets/shared/keys.js), and not in the state
VIEW = fields.choice("view", (RUNS,))
WITH = Field("with", lambda text: list(dict.fromkeys(text.split("~")))[:MOST_COMPARED] if text else [], "~".join, ())
PRESET = fields.choice("preset", PRESETS)
DATA = Field("data", _data)
STACK = Field("stack", read_stack, write_stack)


def _plain(setting: Setting) -> Setting:
    """Return a setting whose default stands in the link where the preset has another value."""
    return replace(setting, default=...)


def read(
    query: Mapping[str, str], chosen: Chosen | None = None, *, traced: bool = True
) -> tuple[TrainingState, list[str]]:
    """Return the state of a link, and a sentence for each part that cannot be read, which is left out.

    chosen: the picture of the Input page.
    """
    first, link = TrainingState(chosen=chosen), Link(query)
    attempt = link.attempt
    link.take(KEY)
    if link.has(OPEN_RUN):
        run = link.take(OPEN_RUN)
        return (first if run is None else replace(first, view=RUN, run=run.id)), link.problems
    if link.has(VIEW):
        if link.take(VIEW) is None:
            return first, link.problems
        compared = [attempt(runs.get, one) for one in link.take(WITH, [])]
        return replace(first, view=RUNS, compared=tuple(run.id for run in compared if run)), link.end()
    unnamed = OLDER if query.keys() - {KEY.name} else DRAWN
    state = replace(with_preset(first, link.take(PRESET, FIRST)), data=link.take(DATA, unnamed))
    if (layers := link.take(STACK)) is not None:
        state = attempt(lambda s: with_network(s, Network(INPUT_SHAPE, layers)), state, default=state)
    for name, one in SETTINGS.items():
        if (value := link.take(one)) is not None:
            state = attempt(with_setting, state, name, value, default=state)
    return state, link.end()
