"""The knobs of a training that is set up: its pictures, and every setting of its declaration, in groups."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.data import folders
from engine.layers import BatchNorm2d
from engine.network import Network
from engine.training.config import whiten_problem
from engine.training.presets import PRESETS
from pages.states.edits import Refused
from pages.states.knobs import Knob, Refusal, turn
from pages.states.training.state import DATA, MOST_PATH, SETTINGS, TrainingState, with_setting

SOURCES = {"shapes": "Shapes", "cifar10": "CIFAR-10", "folder": "A folder"}
FOLDER = "folder:"
LONGEST = MOST_PATH - 10
GROUPS = {
    "Length": ("batch_size", "seed"),
    "Steps": ("optimiser", "lr", "momentum", "weight_decay", "schedule", "warmup"),
    "Pictures": ("flip", "shift", "cutout", "label_smoothing"),
    "Network and device": ("whiten", "norm_momentum", "test_flips", "test_shifts", "device", "precision"),
}
STEPS = {"lr": 0.01, "momentum": 0.05, "weight_decay": 1e-4, "warmup": 0.05, "label_smoothing": 0.05}
KINDS = {"choice": "choice", "bool": "toggle"}  # of settings; all others are numbers


def pictures(state: TrainingState) -> list[Knob]:
    """Return the choice of the pictures, and their folder."""
    titles = {title: source for source, title in SOURCES.items()}

    def chosen(title: str) -> TrainingState:
        source = titles[title]
        return state if source == state.source else replace(state, data=FOLDER if source == "folder" else source)

    def named(path: str) -> TrainingState:
        if len(path.strip()) > LONGEST:
            raise ValueError(f"a folder's path has at most {LONGEST} characters, and this one has {len(path.strip())}")
        return replace(state, data=DATA.read(FOLDER + path.strip()))

    other = state.source != "folder"
    roots = folders.roots()
    help = (
        f"A folder on the machine where Stride runs, below {' or '.join(map(str, roots))}, with train/ and test/ (or "
        "Training/, valid/ …), or with one folder for each class, of which a fifth is used for testing. Pictures are "
        "cut to a square and made 32×32."
    )
    return [
        Knob(
            "source", "Pictures", "choice", SOURCES[state.source], "What the network learns to tell apart.", chosen,
            choices=tuple(titles), spread=True, wide=True,
        ),
        Knob(
            "folder", "Folder", "text", "" if other else state.data.removeprefix(FOLDER), help, named,
            placeholder=str(roots[0] / "pictures"), disabled=other, wide=True,
        ),
    ]  # fmt: skip


def first(state: TrainingState) -> list[Knob]:
    """Return the knobs of the settings that are not behind “Recipe”."""
    return [_knob(state, name, name in state.changed(), "") for name, one in SETTINGS.items() if not one.more]


def recipe(state: TrainingState) -> dict[str, list[Knob]]:
    """Return every other setting's knob, by the title of its group; those in no group stand in the last one."""
    named = {name for names in GROUPS.values() for name in names}
    others = tuple(name for name, one in SETTINGS.items() if one.more and name not in named)
    last = list(GROUPS)[-1]
    changed, idle = state.changed(), useless(state)
    return {
        title: [_knob(state, name, name in changed, idle.get(name, "")) for name in names + others * (title == last)]
        for title, names in GROUPS.items()
    }


def useless(state: TrainingState) -> dict[str, str]:
    """Return the settings that change nothing as the others are, each with why."""
    now, idle = state.settings, {}
    if now.schedule != "one-cycle":
        idle["warmup"] = f"Only one-cycle rises; the schedule is {now.schedule}."
    problem = whiten_problem(now.network)
    if problem and not now.whiten:
        idle["whiten"] = f"{problem}."
    if not _has_norm(now.network):
        idle["norm_momentum"] = "This network has no batch norm."
    return idle


def _has_norm(network: Network) -> bool:
    return any(isinstance(layer, BatchNorm2d) or "BatchNorm" in layer.code() for layer in network.layers)


def _knob(state: TrainingState, name: str, changed: bool, idle: str) -> Knob:
    """Return the knob of a setting. changed: it differs from the preset's. idle: why it changes nothing, or ""."""
    declared = SETTINGS[name]
    first = getattr(PRESETS[state.preset].config, name)
    return Knob(
        name, name, KINDS.get(declared.kind, "number"), getattr(state.settings, name),
        f"{declared.help} ({name} of the preset: {first}) {idle}".strip(),
        lambda value: with_setting(state, name, value), declared.minimum, declared.maximum,
        1 if declared.kind == "int" else STEPS.get(name, 0.1), choices=declared.choices, disabled=bool(idle),
        changed=changed, plain=declared.plain,
    )  # fmt: skip


def turned(state: TrainingState, edit: Mapping[str, Any]) -> TrainingState:
    """Return the state after a turn of a knob; where that cannot be, the state as it was, with why."""
    every = [*pictures(state), *first(state), *(knob for knobs in recipe(state).values() for knob in knobs)]
    try:
        return turn(every, edit)
    except Refused as error:
        return replace(state, refused=Refusal(edit["knob"], None, str(edit.get("text", "")), str(error)))
