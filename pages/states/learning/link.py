"""The learning page's link, both ways. It holds the part that is open."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from engine.data import drawings
from pages.states import codec, picture
from pages.states.codec import shown
from pages.states.learning.state import (
    FIELDS,
    FINEST,
    HIDDEN,
    LARGEST_OWN,
    MAX_DECAY,
    MAX_LR,
    MOST_KERNEL_STEPS,
    MOST_STEPS,
    OPTIMISERS,
    PARTS,
    SOURCES,
    Kernel,
    State,
    Steps,
    Training,
    checked,
    with_number,
)
from pages.states.network import link as forward_link
from pages.states.problems import Problems


def to_query(state: State) -> dict[str, str]:
    """Return the link of the open part; what is as at first is left out."""
    query = {"part": state.part}
    if state.part in ("check", "step"):
        held = forward_link.to_query(state.network)
        query |= {key: text for key, text in held.items() if key not in ("at", "step")}
        query["w"] = f"{state.name}.{state.flat}"
    if state.part == "check":
        query["h"] = f"1e-{state.exponent:g}"
    elif state.part == "step":
        query |= _differing(Steps(), state.steps)
    elif state.part == "kernel":
        query |= _differing(Kernel(), state.kernel)
    else:
        query |= _differing(Training(), state.training)
    return query


def _differing(first, present) -> dict[str, str]:
    made = {}
    for name in vars(first):
        value = getattr(present, name)
        if value != getattr(first, name):
            made[name] = _text(value)
    return made


def _text(value) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, tuple):
        return "_".join(map(_text, value))
    return value.replace(" ", "-") if isinstance(value, str) else codec.number_text(float(value))


def _whole(least: int, most: int) -> Callable[[str, str], int]:
    def read(text: str, name: str) -> int:
        if not re.fullmatch("[0-9]{1,6}", text) or not least <= int(text) <= most:
            raise ValueError(f"{name} {shown(text)} is not a whole number from {least} to {most}")
        return int(text)

    return read


def _number(least: float, most: float) -> Callable[[str, str], float]:
    def read(text: str, name: str) -> float:
        if not re.fullmatch(r"-?[0-9]{1,7}(\.[0-9]{1,6})?", text) or not least <= float(text) <= most:
            raise ValueError(f"{name} {shown(text)} is not a number from {least:g} to {most:g}")
        return float(text)

    return read


def _choice(choices) -> Callable[[str, str], str]:
    def read(text: str, name: str) -> str:
        found = [choice for choice in choices if choice.replace(" ", "-") == text]
        if not found:
            raise ValueError(f"{name} {shown(text)} is none of {', '.join(choices)}")
        return found[0]

    return read


def _own(text: str, name: str) -> tuple[float, ...]:
    parts = text.split("_")
    if len(parts) != 9:
        raise ValueError(f"{name} holds {len(parts)} numbers, not the 9 of a 3×3 kernel")
    return tuple(_number(-LARGEST_OWN, LARGEST_OWN)(part, name) for part in parts)


def _classes(text: str, name: str) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(_choice(drawings.CLASSES)(part, name) for part in text.split("_")))
    if len(chosen) < 2:
        raise ValueError(f"{name} needs at least two different ones")
    return chosen


READERS = {
    "step": {
        "optimiser": _choice(OPTIMISERS), "lr": _number(0, MAX_LR), "momentum": _number(0, 0.999),
        "decay": _number(0, MAX_DECAY), "two": lambda text, name: bool(_whole(0, 1)(text, name)),
        "count": _whole(0, MOST_STEPS),
    },
    "kernel": {
        "source": _choice(SOURCES), "hidden": _choice(HIDDEN), "own": _own, "seed": _whole(0, 9999),
        "lr": _number(0, MAX_LR), "count": _whole(0, MOST_KERNEL_STEPS), "cell": _whole(0, 8),
    },
    "train": {
        "classes": _classes, "size": _whole(8, 12), "count": _whole(20, 600), "epochs": _whole(1, 60),
        "batch": _whole(1, 128), "lr": _number(0, MAX_LR), "seed": _whole(0, 9999),
    },
}  # fmt: skip


def from_query(query: Mapping[str, str], chosen: picture.Chosen | None) -> tuple[State, list[str]]:
    """Read a link. What cannot be read is left out, with a sentence for each such part."""
    problems = Problems()
    attempt = problems.attempt

    part = attempt(_choice(PARTS), query.get("part", "check"), "part", default="check")
    state, rest = State(part=part), {key: text for key, text in query.items() if key != "part"}
    if part in FIELDS:
        held = getattr(state, FIELDS[part])
        for name, read in READERS[part].items():
            # A network's link has a seed of its own.
            if name in rest:
                held = replace(held, **{name: attempt(read, rest.pop(name), name, default=getattr(held, name))})
        state = replace(state, **{FIELDS[part]: held})
    if part in ("check", "step"):
        place = rest.pop("w", None)
        if part == "check" and "h" in rest:
            state = replace(state, exponent=attempt(_exponent, rest.pop("h"), default=state.exponent))
        network, wrong = forward_link.from_query({"example": "worked", **rest}, None)
        problems += wrong
        state = attempt(checked, replace(state, network=network), default=state)
        state = replace(checked(state), steps=replace(state.steps, count=min(state.steps.count, state.most_steps)))
        if place is not None:
            state = attempt(_placed, state, place, default=state)
    elif rest:
        problems.append(f"This part does not know {shown(next(iter(rest)))}, so it is left out of the link.")
    return state, problems


def _exponent(text: str) -> float:
    match = re.fullmatch(r"1e-([0-9]{1,2}(\.5)?)", text)
    if not match or float(match[1]) > FINEST:
        raise ValueError(f"h {shown(text)} is not one of 1e-0, 1e-0.5, 1e-1 to 1e-{FINEST}")
    return float(match[1])


def _placed(state: State, text: str) -> State:
    match = re.fullmatch(r"([0-9]{1,3}\.[a-z_]{1,40})\.([0-9]{1,6})", text)
    if not match:
        raise ValueError(f"w {shown(text)} is not a number's place such as 4.weight.0")
    return with_number(state, match[1], int(match[2]))
