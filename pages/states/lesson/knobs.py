"""The knobs of a lesson, made from its layer's settings. Limits are found by asking the layer."""

from collections.abc import Mapping
from dataclasses import Field
from typing import Any

from engine.writing.display import sentence
from pages.states import settings
from pages.states.edits import Refused
from pages.states.knobs import Knob, limits, turned

WORDS = {"count_include_pad": "count padding", "track_running_stats": "running statistics", "bias": "bias"}


def knobs(kind: Any, state: Any) -> list[Knob]:
    """Return the knobs of a state of a lesson (`kind`, pages/states/lesson/state.py): layer, settings, extras."""
    made = []
    if len(kind.layers) > 1:
        present = type(state.layer).__name__
        made.append(Knob("layer", "layer", "choice", present, f"torch.nn.{present}", choices=kind.layers, wide=True))
    for field in settings.setting_fields(state.layer).values():
        single = field.metadata["choices"] and len(field.metadata["choices"]) < 2
        if field.name not in settings.ARRIVING and not single:
            made.append(_knob(kind, state, field))
    made += [extra.knob(state) for extra in kind.extras if extra.knob is not None]
    return made


def turn(kind: Any, state: Any, edit: Mapping) -> Any:
    """Return the state after a turn of the knob `edit["knob"]`.

    Raises edits.Refused with a sentence where it cannot be turned so, ValueError where there is no such knob.
    """
    name = str(edit["knob"])
    found = [knob for knob in knobs(kind, state) if knob.name == name]
    if not found:
        raise ValueError(f"there is no knob {name!r}")
    value = turned(found[0], edit)
    try:
        return _changed(kind, state, name, value)
    except ValueError as error:
        raise Refused(sentence(error)) from error


def _changed(kind: Any, state: Any, name: str, value: Any) -> Any:
    if name == "layer":
        return kind.with_class(state, value)
    for extra in kind.extras:
        if extra.name == name:
            return kind.with_extras(state, **{name: extra.read(value) if isinstance(value, str) else value})
    if isinstance(value, tuple) and value[0] == value[1]:
        value = value[0]
    field = settings.setting_fields(state.layer)[name]
    if isinstance(value, str):
        value = settings.read(field, value)
    return kind.with_settings(state, **{name: value})


def _pair(state: Any, field: Field) -> tuple[int, int]:
    value = getattr(state.layer, field.name)
    if value is None:  # pooling's stride follows its window
        value = state.layer.kernel
    return value if isinstance(value, tuple) else (value, value)


def _knob(kind: Any, state: Any, field: Field) -> Knob:
    name, meta = field.name, field.metadata
    label, value, help = WORDS.get(name, name.replace("_", " ")), getattr(state.layer, name), meta["help"]
    what = settings.kind_of(field)
    if what == "choice":
        return Knob(name, label, "choice", str(value), help, choices=tuple(map(str, meta["choices"])))
    if what == "bool":
        return Knob(name, label, "toggle", value, help)

    def fits(new: Any) -> bool:
        try:
            kind.with_settings(state, **{name: new})
        except ValueError:
            return False
        return True

    if what == "float":
        return Knob(
            name, label, "number", value, help, meta["minimum"], meta["maximum"], step=_step(meta, field.default)
        )
    if what == "int":
        least, most = limits(value, meta["minimum"], meta["maximum"], fits)
        return Knob(name, label, "number", value, help, least, most, disabled=least == most)
    rows, columns = _pair(state, field)
    down = limits(rows, meta["minimum"], meta["maximum"], lambda v: fits((v, columns)))
    across = limits(columns, meta["minimum"], meta["maximum"], lambda v: fits((rows, v)))
    both = limits(rows, meta["minimum"], meta["maximum"], fits) if rows == columns else (rows, rows)
    low, high = zip(down, across, strict=True)
    return Knob(name, label, "pair", (rows, columns), help, low, high, both=both)


def _step(meta: Mapping, default: float) -> float:
    span = meta["maximum"] - meta["minimum"]
    if 0 < default < 0.05:
        return 0.01
    return 0.05 if span <= 1 else 0.25 if span <= 5 else 0.5
