"""What the training page shows, as one value, and its link both ways: a training to set up, a run, or the runs."""

import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace
from typing import Any

from engine.network import Network
from engine.network.stack_text import read_stack, write_stack
from engine.training import runs
from engine.training.config import INPUT_SHAPE, Config, whiten_problem
from engine.training.presets import PRESETS
from pages.states.codec import shown
from pages.states.problems import Problems

NEW, RUN, RUNS = "new", "run", "runs"
FIRST = "quick"
MOST_COMPARED = 8
MOST_PATH = 400
_NUMBER = re.compile(r"-?[0-9]{1,10}(\.[0-9]{1,20})?(e(-[0-9]{1,3}|[0-9]{1,2}))?")


@dataclass(frozen=True)
class State:
    """What is on show, the training that is set up, the run that is open, the runs whose curves are compared.

    data: as in Config, but "folder:" before a folder was named; config's own is not looked at.
    """

    view: str = NEW
    preset: str = FIRST
    settings: Config = field(default_factory=lambda: PRESETS[FIRST].config)
    data: str = "cifar10"
    run: str = ""
    compared: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """Return "cifar10", "shapes" or "folder"."""
        return self.data.partition(":")[0]

    def config(self) -> Config:
        """Return the training as it is set up. ValueError where no folder is named."""
        if self.data == "folder:":
            raise ValueError("Name a folder that has a folder of pictures for each class.")
        return replace(self.settings, data=self.data)

    def changed(self) -> dict[str, Any]:
        """Return the settings that differ from the preset's, the network and the data left out."""
        first = PRESETS[self.preset].config
        return {
            f.name: getattr(self.settings, f.name)
            for f in setting_fields()
            if getattr(self.settings, f.name) != getattr(first, f.name)
        }

    @property
    def own_network(self) -> bool:
        """Whether the network is another than the preset's."""
        return self.settings.network != PRESETS[self.preset].config.network

    def name(self) -> str:
        """Return what a run of this training is called at first."""
        held = ["another network"] if self.own_network else []
        held += [f"{name} {text_of(value)}" for name, value in self.changed().items()]
        title = PRESETS[self.preset].title + (f" ({', '.join(held)})" if held else "")
        return title if len(title) <= 60 else f"{title[:58]} …"


def setting_fields() -> list[Field]:
    """Return the settings that have a control: all but network and data."""
    return [f for f in fields(Config) if f.name not in ("network", "data")]


def with_preset(state: State, preset: str) -> State:
    """Return the state with a preset's network and settings."""
    return replace(state, preset=preset, settings=PRESETS[preset].config)


def with_setting(state: State, name: str, value: Any) -> State:
    """Return the state with a setting changed. ValueError, with the numbers, where it cannot be."""
    kind = type(getattr(state.settings, name))
    value = float(value) if kind is float and isinstance(value, int) else value
    return replace(state, settings=replace(state.settings, **{name: value}))


def with_network(state: State, network: Network) -> State:
    """Return the state with another network, whitened only where it can be. ValueError where it cannot be trained."""
    fitted = network.fitted()
    whiten = state.settings.whiten and not whiten_problem(fitted)
    return replace(state, settings=replace(state.settings, network=fitted, whiten=whiten))


def like(state: State, run: runs.Run) -> State:
    """Return the state that sets up a training with a run's settings. ValueError for a broken run."""
    if run.config is None:
        raise ValueError(run.broken)
    preset = run.preset if run.preset in PRESETS else state.preset
    return replace(state, view=NEW, preset=preset, settings=run.config, data=run.config.data)


# The link


def text_of(value: Any) -> str:
    """Return a setting's text in a link."""
    if isinstance(value, bool):
        return "1" if value else "0"
    return f"{value:g}" if isinstance(value, float) and float(f"{value:g}") == value else str(value)


def to_query(state: State) -> dict[str, str]:
    """Return the shortest link that brings a state back."""
    if state.view == RUN:
        return {"run": state.run}
    if state.view == RUNS:
        return {"view": RUNS, **({"with": "~".join(state.compared)} if state.compared else {})}
    query = {"preset": state.preset, "data": state.data}
    if state.own_network:
        query["stack"] = write_stack(state.settings.network.layers)
    return query | {name: text_of(value) for name, value in state.changed().items()}


def from_query(query: Mapping[str, str], shared: Any = None, before: State | None = None) -> tuple[State, list[str]]:
    """Read a link. What cannot be read is left out, with a sentence for each such part; the rest stays as it was."""
    before = before or State()
    problems = Problems()
    attempt = problems.attempt

    if not query:
        return before, problems
    if "run" in query:
        found = attempt(runs.get, query["run"], default=None)
        return (replace(before, view=NEW), problems) if found is None else (
            replace(before, view=RUN, run=found.id), problems)  # fmt: skip
    if "view" in query:
        if query["view"] != RUNS:
            problems.append(f"view {shown(query['view'])} is not {RUNS}; a new training is shown.")
            return replace(before, view=NEW), problems
        asked = list(dict.fromkeys(query["with"].split("~"))) if query.get("with") else []
        found = [attempt(runs.get, one, default=None) for one in asked[:MOST_COMPARED]]
        return replace(before, view=RUNS, compared=tuple(run.id for run in found if run)), problems
    rest = dict(query)
    preset = attempt(_preset, rest.pop("preset", FIRST), default=FIRST)
    state = with_preset(replace(before, view=NEW), preset)
    state = replace(state, data=attempt(_data, rest.pop("data", "cifar10"), default="cifar10"))
    if "stack" in rest:
        state = attempt(_stack, state, rest.pop("stack"), default=state)
    for f in setting_fields():
        if f.name in rest:
            state = attempt(_setting, state, f, rest.pop(f.name), default=state)
    if rest:
        problems.append(f"This page does not know {shown(next(iter(rest)))}, so it is left out of the link.")
    return state, problems


def _preset(text: str) -> str:
    if text not in PRESETS:
        raise ValueError(f"preset {shown(text)} is none of {', '.join(PRESETS)}")
    return text


def _data(text: str) -> str:
    if text in ("cifar10", "shapes") or (text.startswith("folder:") and len(text) <= MOST_PATH and text.isprintable()):
        return text
    raise ValueError(f"data {shown(text)} is neither cifar10, shapes nor folder:PATH")


def _stack(state: State, text: str) -> State:
    return with_network(state, Network(INPUT_SHAPE, read_stack(text)))


def _setting(state: State, declared: Field, text: str) -> State:
    kind = type(declared.default)
    if kind is str:
        return with_setting(state, declared.name, text)
    if kind is bool:
        if text not in ("0", "1"):
            raise ValueError(f"{declared.name} {shown(text)} is neither 1 (on) nor 0 (off)")
        return with_setting(state, declared.name, text == "1")
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{declared.name} {shown(text)} is not a number")
    number = float(text)
    if kind is int and number != int(number):
        raise ValueError(f"{declared.name} {shown(text)} is not a whole number")
    return with_setting(state, declared.name, kind(number))
