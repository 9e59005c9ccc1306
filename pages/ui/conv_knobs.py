"""The knobs beside the convolution player. Limits are computed, so that no impossible setting can be chosen."""

from collections.abc import Callable
from dataclasses import fields

import streamlit as st

from engine import kernels, shapes
from engine.layers import Conv2d
from engine.layers.conv import PADDING_MODES
from pages.ui import conv_state
from pages.ui.conv_state import MAX_FILTERS, MAX_KERNEL, State

META = {field.name: field.metadata for field in fields(Conv2d)}
FILL = "choose …"
PAIRS = {"kernel_size": "kernel", "stride": "strides", "dilation": "dilations", "padding": "paddings"}


def knobs(state: State, change: Callable[[Callable[[State], State]], None]) -> None:
    """Draw the knobs of a state; `change(f)` is called with a function from the old state to the new."""
    layer = state.layer
    _, height, width = state.chosen.values.shape
    if _uneven(layer):
        st.session_state["conv.apart"] = True
    apart = st.session_state.get("conv.apart", False)
    left, right = st.columns(2, gap="small")
    with left:
        _number("filters", "out_channels", layer.out_channels, 1, MAX_FILTERS, change, META["out_channels"]["help"])
    with right:
        _groups(layer, change)
    for axis, column, size in ((0, left, height), (1, right, width)):
        with column:
            _kernel_size(state, axis, size, change)
    for name in ("stride", "dilation"):
        _per_axis(state, name, apart, (left, right), (height, width), change)
    _padding(state, apart, (left, right), (height, width), change)
    left, right = st.columns(2, gap="small", vertical_alignment="center")
    with left:
        _toggle("bias", "bias", state.bias is not None, change, META["bias"]["help"])
    with right:
        st.toggle(
            "split h, w", key="conv.apart", help="Set rows and columns on their own.",
            disabled=_uneven(layer), on_change=change, args=(same,),
        )  # fmt: skip
    _named_kernel(state, change)


def same(state: State) -> State:
    """Change nothing: for knobs that change what is shown, not the layer."""
    return state


def _uneven(layer: Conv2d) -> bool:
    pairs = [layer.strides, layer.dilations]
    pairs += [] if isinstance(layer.padding, str) else [layer.paddings]
    return any(a != b for a, b in pairs)


def _with_axis(pair: tuple[int, int], axis: int, value: int) -> int | tuple[int, int]:
    rows, columns = (value if a == axis else pair[a] for a in (0, 1))
    return rows if rows == columns else (rows, columns)


def _number(label, name, value, least, most, change, help, axis=None):
    key = f"conv.{name}" if axis is None else f"conv.{name}.{axis}"
    most = max(most, value)
    st.session_state[key] = value

    def changed():
        new = st.session_state[key]
        if new is None:
            return

        def changed_layer(state: State) -> State:
            value = new if axis is None else _with_axis(getattr(state.layer, PAIRS[name]), axis, new)
            return conv_state.with_layer(state, **{name: value})

        change(changed_layer)

    st.number_input(label, least, most, key=key, step=1, on_change=changed, help=help, disabled=least == most)


def _kernel_size(state: State, axis: int, size: int, change) -> None:
    layer = state.layer
    padding = _padding_number(layer, axis)
    most = min(MAX_KERNEL, shapes.largest_kernel_size(size, padding, layer.dilations[axis]))
    if layer.padding == "same":
        most = MAX_KERNEL
    label = ("kernel height", "kernel width")[axis]
    _number(label, "kernel_size", layer.kernel[axis], 1, most, change, META["kernel_size"]["help"], axis)


def _padding_number(layer: Conv2d, axis: int) -> int:
    return 0 if isinstance(layer.padding, str) else layer.paddings[axis]


def _per_axis(state: State, name: str, apart: bool, columns, sizes, change) -> None:
    layer = state.layer
    values = getattr(layer, f"{name}s")
    limits = []
    for axis in (0, 1):
        before, after = layer.pads[axis]
        if name == "stride":
            room = sizes[axis] + before + after - layer.extent[axis]
            limits.append(1 if layer.padding == "same" else min(META["stride"]["maximum"], room + 1))
        elif layer.padding == "same":
            limits.append(META["dilation"]["maximum"])
        else:
            most = shapes.largest_dilation(sizes[axis], layer.kernel[axis], before)
            limits.append(min(META["dilation"]["maximum"], most or META["dilation"]["maximum"]))
    help = META[name]["help"]
    if apart:
        for axis, direction in ((0, "down"), (1, "across")):
            with columns[axis]:
                _number(f"{name} {direction}", name, values[axis], 1, limits[axis], change, help, axis)
    else:
        with columns[0 if name == "stride" else 1]:
            _number(name, name, values[0], 1, min(limits), change, help)


def _padding(state: State, apart: bool, columns, sizes, change) -> None:
    layer = state.layer
    least, most = zip(*(_padding_limits(layer, axis, sizes[axis]) for axis in (0, 1)), strict=True)
    if apart and not isinstance(layer.padding, str):
        for axis, direction in ((0, "down"), (1, "across")):
            with columns[axis]:
                _number(
                    f"padding {direction}", "padding", layer.paddings[axis], least[axis], most[axis], change,
                    META["padding"]["help"], axis,
                )  # fmt: skip
    else:
        with columns[0]:
            _padding_choice(layer, range(max(least), min(most) + 1), change)
    with columns[1]:
        st.session_state["conv.mode"] = layer.padding_mode

        def changed():
            mode = st.session_state["conv.mode"]
            change(lambda s: conv_state.with_layer(s, padding_mode=mode))

        st.selectbox(
            "padding mode", PADDING_MODES, key="conv.mode", on_change=changed, help=META["padding_mode"]["help"]
        )


def _padding_limits(layer: Conv2d, axis: int, size: int) -> tuple[int, int]:
    """Return the least and the most padding of an axis: the kernel must fit, and the mode must have cells to copy."""
    least = shapes.smallest_padding(size, layer.kernel[axis], layer.dilations[axis])
    most = {"reflect": size - 1, "circular": size}.get(layer.padding_mode, META["padding"]["maximum"])
    return least, max(least, min(META["padding"]["maximum"], most))


def _padding_choice(layer: Conv2d, numbers: range, change) -> None:
    present = "valid" if layer.padding == "valid" else layer.padding if layer.padding == "same" else layer.paddings[0]
    options = [*numbers, "same"] if layer.strides == (1, 1) else list(numbers)
    if present == "valid":
        present = 0
    if present not in options:
        options.insert(0, present)
    st.session_state["conv.padding"] = present

    def changed():
        value = st.session_state["conv.padding"]
        change(lambda s: conv_state.with_layer(s, padding=value))

    help = f'{META["padding"]["help"]} "same" keeps the size, and needs stride 1.'
    st.selectbox("padding", options, key="conv.padding", on_change=changed, help=help)


def _groups(layer: Conv2d, change) -> None:
    options = [g for g in range(1, layer.in_channels + 1) if not layer.in_channels % g and not layer.out_channels % g]
    st.session_state["conv.groups"] = layer.groups

    def changed():
        groups = st.session_state["conv.groups"]
        change(lambda s: conv_state.with_layer(s, groups=groups))

    st.selectbox(
        "groups", options, key="conv.groups", on_change=changed, help=META["groups"]["help"], disabled=len(options) == 1
    )


def _toggle(label: str, name: str, value: bool, change, help: str) -> None:
    key = f"conv.{name}"
    st.session_state[key] = value

    def changed():
        new = st.session_state[key]
        change(lambda s: conv_state.with_layer(s, **{name: new}))

    st.toggle(label, key=key, on_change=changed, help=help)


def _named_kernel(state: State, change) -> None:
    filters = [f"filter {o + 1}" for o in range(state.layer.out_channels)]
    targets = ["all filters", *filters] if len(filters) > 1 else filters
    left, right = st.columns(2, gap="small")
    with left:
        help = "Which filter the named kernel goes into."
        target = st.selectbox("fill", targets, key="conv.fill", help=help, on_change=change, args=(same,))
    st.session_state["conv.kernel"] = FILL

    def changed():
        name = st.session_state["conv.kernel"]
        which = list(range(len(filters))) if target == "all filters" else [filters.index(target)]
        if name != FILL:
            change(lambda s: conv_state.with_kernel(s, name, which))

    with right:
        st.selectbox(
            "with kernel", [FILL, *kernels.NAMES], key="conv.kernel", on_change=changed,
            help="The same weights in every channel. Or type your own: double-click a weight in the player.",
        )  # fmt: skip
