"""The training page as every host sees it: a new training; of a run and of the runs, only that they are on show.

What a run and the runs show stands below the sheet: a run is watched (pages/states/training/watch.py).
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial
from threading import Lock
from typing import Any

from engine.layers import Layer
from engine.learning import fit
from engine.network import Network
from engine.network.stack_text import read_stack
from engine.training import jobs, runs
from engine.training.config import INPUT_SHAPE
from engine.training.presets import PRESETS
from pages.states import path, picture
from pages.states.edits import Malformed
from pages.states.network import stack
from pages.states.network.stack import Refusal
from pages.states.sheet import Sheet
from pages.states.training import download, settings, setup
from pages.states.training.pictures import described
from pages.states.training.state import DATA, NEW, RUN, RUNS, TrainingState, read, with_network
from pages.states.view import Act, Elsewhere, View

TITLES = {NEW: "New", RUN: "This run", RUNS: "All runs"}
_BEGINNING = Lock()


def fill(page: Sheet, state: TrainingState) -> None:
    """Put the ways to a new training, to the run and to all runs on the page, and the new training."""
    queries = {NEW: TrainingState().query(), RUN: None, RUNS: TrainingState(view=RUNS).query()}
    queries |= {state.view: state.query()}
    page.into("menus").tabs(state.view, {view: (title, queries[view]) for view, title in TITLES.items()})
    path.came(page, "training", _came(state))
    path.onward(page, "training", *_carried(state))
    if state.view == NEW:
        setup.fill(page, state)


def _came(state: TrainingState) -> str:
    """Return what came over from the page Learning: its small network, where that is the one to train; else an idea."""
    if state.view == NEW and state.settings.network.layers[:-1] == _small():
        return "its small network, for 32×32 pictures"
    return "a step, now thousands of times"


@cache
def _small() -> tuple[Layer, ...]:
    """Return the small network of the page Learning for this page's pictures, without its last layer."""
    return Network(INPUT_SHAPE, fit.small_network(1).layers).fitted().layers[:-1]


def _carried(state: TrainingState) -> tuple[dict[str, str], str]:
    """Return what goes on to the page Inside the network: the open run's network, or that of the path."""
    if state.view == RUN and (run := runs.get(state.run)).weights.is_file() and not run.broken:
        return {"run": run.id}, "this run's network"
    return {}, picture.called(state.chosen)


def _stacked(state: TrainingState, change: Mapping[str, Any]) -> TrainingState:
    """Return the state after a change of the stack; where that cannot be, the state as it was, with why."""
    made = stack.followed(state.settings.network, change, partial(with_network, state))
    return replace(state, refused=made) if isinstance(made, Refusal) else made


def _networked(state: TrainingState, text: str | None) -> TrainingState:
    """Return the state with the network of a stack's text, or, where there is none, with the preset's."""
    if text is None:
        return with_network(state, PRESETS[state.preset].config.network)
    return with_network(state, Network(INPUT_SHAPE, read_stack(str(text))))


def _reset(state: TrainingState, _: Any) -> TrainingState:
    network = state.settings.network
    return replace(state, settings=replace(PRESETS[state.preset].config, network=network))


def _begun(state: TrainingState, id: str) -> Elsewhere:
    """Start the training as the run with an id; where that has begun already, do nothing. Return the run's place."""
    if not runs.ID.fullmatch(id):
        raise Malformed(f"{id[:40]!r} is no run's id")
    there = Elsewhere("training", TrainingState(view=RUN, run=id).query())
    with _BEGINNING:
        if (runs.runs_folder() / id).exists():
            return there
        _, problem = setup.ready(state)
        if problem:
            raise ValueError(problem)
        config = state.config()
        name = f"{state.name()} on {described(config.data, config.seed).name}"[: runs.MAX_NAME]
        unchanged = not state.changed() and not state.own_network
        run = runs.create(config, name, state.preset if unchanged else None, id=id, asker=runs.asker())
    jobs.submit(run)
    return there


def _fetched(state: TrainingState, _: Any) -> TrainingState:
    download.fetch()
    return state


def _cancelled(state: TrainingState, _: Any) -> TrainingState:
    download.cancel()
    return state


def _uploaded(state: TrainingState, folder: str) -> TrainingState:
    """Return the state with the pictures of a zip that was unpacked into a folder."""
    return replace(state, data=DATA.read(settings.FOLDER + str(folder)))


def _looked(state: TrainingState, _: Any) -> TrainingState:
    """Return the state: the page is drawn again, with what has come meanwhile."""
    return state


def _of_new(act: Act) -> Act:
    """Return an act that is one of the new training only."""

    def done(state: TrainingState, value: Any) -> Any:
        if state.view != NEW:
            raise Malformed(f"this cannot be done while {TITLES[state.view]!r} is on show")
        return act(state, value)

    return done


ACTS: Mapping[str, Act] = {
    "edit": settings.turned, "stack": _stacked, "network": _networked, "reset": _reset, "begin": _begun,
    "fetch": _fetched, "cancel": _cancelled, "look": _looked, "uploaded": _uploaded,
}  # fmt: skip
VIEW = View(
    read,
    fill,
    {name: _of_new(act) for name, act in ACTS.items()},
    stays=("edit", "stack", "begin", "fetch", "cancel", "look"),
    frame=lambda state: state.view,
    pictured=False,
)
