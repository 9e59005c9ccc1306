"""The knobs of a lesson, made from its layer's settings. The limits come from trying values on the layer."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

from engine.layers.base import ARRIVING, Layer
from engine.writing.setting import Setting, settings
from pages.states.knobs import Knob, limits

WORDS = {"count_include_pad": "count padding", "track_running_stats": "running statistics"}


def knobs(kind: Any, state: Any) -> list[Knob]:
    """Return the knobs of a state of a lesson (`kind`, pages/states/lesson/kind.py): layer, settings, extras."""
    knobs = []
    if len(kind.layers) > 1:
        name = type(state.layer).__name__
        turn = partial(kind.with_class, state)
        knobs = [Knob("layer", "layer", "choice", name, f"torch.nn.{name}", turn, choices=kind.layers, wide=True)]
    for setting in settings(type(state.layer)).values():
        if setting.name not in ARRIVING and not setting.is_fixed:
            changed = setting.more and not setting.is_default(getattr(state.layer, setting.name))
            knobs.append(replace(_of_layer(kind, state, setting), more=setting.more, changed=changed))
    for extra in kind.extras:
        if isinstance(extra, Setting):
            turn = partial(_with_extra, kind, state, extra.name)
            value = state.extras[extra.name]
            knob = _plain(extra, _label(kind, extra), value, turn)
            knobs.append(replace(knob, more=extra.more, changed=extra.more and not extra.is_default(value)))
    return knobs


def _with_extra(kind: Any, state: Any, name: str, value: Any) -> Any:
    return kind.with_extras(state, **{name: value})


def _plain(setting: Setting, label: str, value: Any, turn: Callable[[Any], Any]) -> Knob:
    """Return the knob of a setting that is no size: a choice, a switch or a number inside its limits."""
    about = setting.name, label
    if setting.kind == "choice":
        choices = tuple(map(str, setting.choices))
        return Knob(*about, "choice", str(value), setting.help, lambda text: turn(setting.read(text)), choices=choices)
    if setting.kind == "bool":
        return Knob(*about, "toggle", value, setting.help, turn)
    least, most = setting.minimum, setting.maximum
    return Knob(*about, "number", value, setting.help, turn, least, most, _step(setting))


def _label(kind: Any, setting: Setting) -> str:
    return kind.labels.get(setting.name) or WORDS.get(setting.name) or setting.name.replace("_", " ")


def _of_layer(kind: Any, state: Any, setting: Setting) -> Knob:
    name, label, help, value = setting.name, _label(kind, setting), setting.help, getattr(state.layer, setting.name)

    def turn(new: Any) -> Any:
        return kind.with_settings(state, **{name: _short(new)})

    least, most, shape = setting.minimum, setting.maximum, state.input.shape
    if name in ("groups", "num_groups"):
        choices = tuple(str(g) for g in range(1, len(state.input) + 1) if _takes(state.layer, name, g, shape))
        return Knob(name, label, "choice", str(value), help, lambda text: turn(int(text)), choices=choices)
    if setting.kind == "int":
        value = _both(state, value)[1]  # a sequence's padding "same" as a number
        least, most = _limits(state.layer, name, value, least, most, shape)
        return Knob(name, label, "number", value, help, turn, least, most, disabled=least == most)
    if setting.kind != "pair":
        return _plain(setting, label, value, turn)
    rows, columns = _both(state, value)
    low, high, both = _pair_limits(state.layer, name, (rows, columns), least, most, shape)
    return Knob(name, label, "pair", (rows, columns), help, turn, low, high, both=both)


# An edit of a number asks for the same limits again.
@lru_cache(maxsize=2048)
def _limits(layer: Layer, name: str, value: int, least: int, most: int, shape: tuple[int, ...]) -> tuple[int, int]:
    return limits(value, least, most, lambda v: _takes(layer, name, v, shape))


@lru_cache(maxsize=2048)
def _pair_limits(
    layer: Layer, name: str, value: tuple[int, int], least: int, most: int, shape: tuple[int, ...]
) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    """Return the smallest and the largest (rows, columns), each alone, and the (least, most) of both together."""
    rows, columns = value
    down = limits(rows, least, most, lambda v: _takes(layer, name, (v, columns), shape))
    across = limits(columns, least, most, lambda v: _takes(layer, name, (rows, v), shape))
    both = limits(rows, least, most, lambda v: _takes(layer, name, (v, v), shape)) if rows == columns else (rows, rows)
    return (down[0], across[0]), (down[1], across[1]), both


def _takes(layer: Layer, name: str, value: Any, shape: tuple[int, ...]) -> bool:
    """Whether a layer with one setting changed can take an input of a shape."""
    try:
        replace(layer, **{name: _short(value)}).output_shape(shape)
    except ValueError:
        return False
    return True


def _short(value: Any) -> Any:
    """Return one number in the place of two that are the same."""
    return value[0] if isinstance(value, tuple) and value[0] == value[1] else value


def _both(state: Any, value: Any) -> tuple[int, int]:
    if value is None:  # pooling's stride follows its window
        value = state.layer.kernel
    if isinstance(value, str):  # "same" and "valid"
        return tuple(side[0] for side in state.layer.pads)
    both = value if isinstance(value, tuple) else (value, value)
    if None in both:  # adaptive pooling keeps the input's size there
        both = tuple(size if one is None else one for one, size in zip(both, state.output_shape[-2:], strict=True))
    return both


def _step(setting: Setting) -> float:
    """Return what a press on + or − changes, by how wide the limits are."""
    span = setting.maximum - setting.minimum
    if 0 < setting.default < 0.05:
        return 0.01
    return 0.05 if span <= 1 else 0.25 if span < 20 else 0.5
