"""The knobs beside the convolution player. Limits are found by asking the layer, so that none is impossible."""

from collections.abc import Mapping
from typing import Any

from engine.data import kernels
from engine.layers.conv import PADDING_MODES
from pages.states.knobs import Knob, limits, turned

FILL = "choose …"
ALL = "all filters"


def knobs(state: Any, with_layer: Any, fields: Mapping) -> list[Knob]:
    """Return the knobs of a state; with_layer(state, **changes) raises ValueError for a layer that cannot be."""
    layer = state.layer

    def fits(**changes) -> bool:
        try:
            with_layer(state, **changes)
        except ValueError:
            return False
        return True

    def pair(name: str, values: tuple[int, int], **options) -> Knob:
        least, most = fields[name].metadata["minimum"], fields[name].metadata["maximum"]
        rows, columns = values
        down = limits(rows, least, most, lambda v: fits(**{name: (v, columns)}))
        across = limits(columns, least, most, lambda v: fits(**{name: (rows, v)}))
        both = limits(rows, least, most, lambda v: fits(**{name: v})) if rows == columns else (rows, rows)
        low, high = zip(down, across, strict=True)
        help = fields[name].metadata["help"]
        return Knob(name, options.pop("label", name), "pair", values, help, low, high, both=both, **options)

    filters = fields["out_channels"].metadata["maximum"]
    groups = tuple(str(g) for g in range(1, layer.in_channels + 1) if fits(groups=g))
    same = isinstance(layer.padding, str)
    targets = [f"filter {o + 1}" for o in range(layer.out_channels)]
    helps = {name: field.metadata["help"] for name, field in fields.items()}
    most = limits(layer.out_channels, 1, filters, lambda v: fits(out_channels=v))
    return [
        Knob("out_channels", "filters", "number", layer.out_channels, helps["out_channels"], *most),
        Knob("groups", "groups", "choice", str(layer.groups), helps["groups"], choices=groups),
        pair("kernel_size", layer.kernel, label="kernel", apart=True, labels=("kernel height", "kernel width")),
        pair("stride", layer.strides),
        pair("dilation", layer.dilations),
        pair("padding", tuple(side[0] for side in layer.pads), disabled=layer.padding == "same"),
        Knob(
            "padding_mode", "padding mode", "choice", layer.padding_mode, helps["padding_mode"], choices=PADDING_MODES
        ),
        Knob("bias", "bias", "toggle", state.bias is not None, helps["bias"]),
        Knob(
            "same", "same size", "toggle", same and layer.padding == "same",
            'padding="same" keeps the size, and needs stride 1.', disabled=not same and not fits(padding="same"),
        ),
        Knob(
            "kernel", "fill", "fill", FILL, "The same weights in every channel. Or type your own in the player.",
            choices=kernels.NAMES, targets=tuple([ALL, *targets] if len(targets) > 1 else targets),
            labels=("fill", "with kernel"), placeholder=FILL,
        ),
    ]  # fmt: skip


def turn(found: list[Knob], edit: Mapping) -> tuple[str, Any]:
    """Return (setting, value) that a turn of the knob `edit["knob"]` asks for; ("kernel", (name, filters)) for a fill.

    Raises edits.Refused with a sentence where it cannot be turned so, ValueError where there is no such knob.
    """
    by_name = {knob.name: knob for knob in found}
    name = str(edit["knob"])
    if name not in by_name:
        raise ValueError(f"there is no knob {name!r}")
    knob = by_name[name]
    value = turned(knob, edit)
    if name == "kernel":
        filters = [t for t in knob.targets if t != ALL]
        target = str(edit.get("target"))
        return name, (value, [filters.index(target)] if target in filters else list(range(len(filters))))
    if name == "same":
        return "padding", "same" if value else 0
    if name == "groups":
        return name, int(value)
    if isinstance(value, tuple) and value[0] == value[1]:
        value = value[0]
    return name, value
