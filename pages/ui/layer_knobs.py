"""The knobs beside a lesson's player, made from the layer's settings. Limits are found by asking the layer."""

from collections.abc import Callable, Iterable
from dataclasses import Field
from typing import Any

import streamlit as st

from pages.ui import settings
from pages.ui.layer_state import ARRIVING, Kind, State

Change = Callable[[Callable[[State], State]], None]
PLAIN = {"padding_mode": "padding mode", "count_include_pad": "count padding", "ceil_mode": "ceil mode"}


def knobs(kind: Kind, state: State, change: Change, extra: Callable[[State, Change], None] | None = None) -> None:
    """Draw a state's knobs; `change(f)` is called with a function from the old state to the new.

    extra(state, change) draws the lesson's own knobs, after the layer's.
    """
    if len(kind.layers) > 1:
        _layer(kind, state, change)
    fields = [f for name, f in settings.setting_fields(state.layer).items() if name not in ARRIVING]
    pairs = [f for f in fields if settings.kind_of(f) == "pair"]
    apart = _apart(kind, state, pairs)
    columns = st.columns(2, gap="small")
    place = 0
    for field in fields:
        axes = (0, 1) if field in pairs and apart else (None,)
        if field.metadata["choices"] and len(field.metadata["choices"]) < 2:
            continue
        place += place % 2 if len(axes) == 2 else 0
        for axis in axes:
            with columns[place % 2]:
                _knob(kind, state, field, axis, change)
            place += 1
    if pairs:
        st.toggle(
            "split h, w", key=f"{kind.page}.apart", help="Set rows and columns on their own.",
            disabled=any(_uneven(state, f) for f in pairs), on_change=change, args=(lambda s: s,),
        )  # fmt: skip
    if extra is not None:
        extra(state, change)


def _layer(kind: Kind, state: State, change: Change) -> None:
    key = f"{kind.page}.layer"
    st.session_state[key] = type(state.layer).__name__

    def changed():
        name = st.session_state[key]
        if name:
            change(lambda s: kind.with_class(s, name))

    st.selectbox("layer", kind.layers, key=key, on_change=changed, help=f"nn.{type(state.layer).__name__}")


def _value(state: State, field: Field, axis: int | None) -> Any:
    value = getattr(state.layer, field.name)
    if value is None:  # pooling's stride follows its window
        value = state.layer.kernel
    if isinstance(value, tuple):
        return value[axis or 0]
    return value


def _uneven(state: State, field: Field) -> bool:
    value = getattr(state.layer, field.name)
    return isinstance(value, tuple) and value[0] != value[1]


def _apart(kind: Kind, state: State, pairs: Iterable[Field]) -> bool:
    key = f"{kind.page}.apart"
    if any(_uneven(state, f) for f in pairs):
        st.session_state[key] = True
    return st.session_state.get(key, False)


def _with_axis(state: State, field: Field, axis: int | None, value: Any) -> Any:
    """Return what a setting becomes where one axis, or both (None), gets a value."""
    if axis is None:
        return value
    both = [_value(state, field, k) for k in (0, 1)]
    both[axis] = value
    return both[0] if both[0] == both[1] else tuple(both)


def _limits(kind: Kind, state: State, field: Field, axis: int | None) -> tuple[int, int]:
    """Return the smallest and largest value around the present one that the layer and its input accept."""
    present = _value(state, field, axis)

    def fits(value: int) -> bool:
        try:
            kind.with_settings(state, **{field.name: _with_axis(state, field, axis, value)})
        except ValueError:
            return False
        return True

    least = most = present
    while least > field.metadata["minimum"] and fits(least - 1):
        least -= 1
    while most < field.metadata["maximum"] and fits(most + 1):
        most += 1
    return least, most


def _knob(kind: Kind, state: State, field: Field, axis: int | None, change: Change) -> None:
    name, what, help = field.name, settings.kind_of(field), field.metadata["help"]
    key = f"{kind.page}.{name}" if axis is None else f"{kind.page}.{name}.{axis}"
    label = PLAIN.get(name, name.replace("_", " "))
    label += "" if axis is None else (" down", " across")[axis]
    value = _value(state, field, axis)
    st.session_state[key] = value

    def changed():
        new = st.session_state[key]
        if new is not None:
            change(lambda s: kind.with_settings(s, **{name: _with_axis(s, field, axis, new)}))

    if what == "choice":
        st.selectbox(label, field.metadata["choices"], key=key, on_change=changed, help=help)
    elif what == "bool":
        st.toggle(label, key=key, on_change=changed, help=help)
    elif what == "float":
        least, most = float(field.metadata["minimum"]), float(field.metadata["maximum"])
        st.number_input(label, least, most, key=key, step=_step(least, most), on_change=changed, help=help, format="%g")
    else:
        least, most = _limits(kind, state, field, axis)
        st.number_input(label, least, most, key=key, step=1, on_change=changed, help=help, disabled=least == most)


def _step(least: float, most: float) -> float:
    return 0.05 if most - least <= 1 else 0.5
