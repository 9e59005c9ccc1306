"""A whole network at a glance: every layer's maps, neurons and probabilities, each cell of which can be opened."""

from collections.abc import Callable, Collection

import numpy as np

from engine.layers import Softmax
from engine.network.blocks import called
from engine.writing.display import Texts, channel_names, decimals_needed, number_text, rounded_decimals, texts
from pages.states.network.state import NetworkState
from pages.states.network.walk import Place
from pages.states.picture import likely_full
from pages.states.sheet import parts, png
from pages.states.sheet.png import brightness, picture_address, steady_size

# Numbers can be written in maps up to this side and number of channels, and in vectors up to this length. Where they
# have no room, the map is drawn as colours (assets/network/measure.js).
WRITTEN_CELLS, MOST_WRITTEN, WRITTEN_VECTOR = 12, 8, 16
SHORT_DECIMALS, TALLEST = 2, 24

WALK = {
    "walk_back": "‹ {count} more layers",
    "walk_back_one": "‹ 1 more layer",
    "walk_on": "{count} more layers ›",
    "walk_on_one": "1 more layer ›",
}  # assets/shared/strip.js
WORDS = {
    "overview": "The network, layer by layer",
    "cell": "{name}, row {row}, column {column}: {value}",
    "cell_channel": "{name}, {channel}, row {row}, column {column}: {value}",
    "number": "{name}, number {number}: {value}",
    "class": "{name}, {channel}: {value}",
    "loss": "{name}: {value}",
    "use": "arrows move, Enter opens",
    "target": "true class",
    "path": "The path of this number",
    "hint": "Click a cell to open it. In the player below, each number that went into it leads one layer back.",
    "from": "made from",
    "large": "All its numbers",
    "scaled": "{name}: full colour is {scale} now",
    "map": "{name}, one of {count}",
    "close": "Close",
    **WALK,
}


def data(state: NetworkState, has: Collection[str] = ()) -> dict:
    """Return what the component draws; without its columns where they are among the ids that the page has."""
    return {
        **columns("values", state, lambda number: column(state, number), has),
        "open": _place(state.shown),
        "read": [{"number": number, "flats": flats} for number, flats in state.read().items()],
        "path": [{**_place(place), **place_text(state, place)} for place in state.trail],
        "classes": list(state.classes) if state.has_loss else [],
        "target": state.target,
        "words": WORDS,
    }


def columns(kind: str, state: NetworkState, make: Callable[[int], dict], has: Collection[str]) -> dict:
    """Return all columns, each made by its number, under an id of their kind; only the id where the page has them."""
    numbers = state.input, *state.parameters.values()
    made = parts.fingerprint(kind, state.network, state.base, state.target, *numbers)
    return {"id": made} | ({} if made in has else {"columns": [make(number) for number in range(state.last + 1)]})


def _place(place: Place) -> dict:
    return {"number": place[0], "flat": place[1]}


def place_text(state: NetworkState, place: Place) -> dict[str, str]:
    """Return the name of a place in the path, and its value."""
    number, flat = place
    values = state.output(number)
    value = number_text(float(values.ravel()[flat]), decimals(values))
    if number > len(state.network):
        return {"label": "loss", "value": value}
    index = [int(k) for k in np.unravel_index(flat, values.shape)]
    if number >= state.network.logits and state.has_loss and values.ndim == 1:
        return {"label": f"{'logit' if number == state.network.logits else 'p'} {state.classes[flat]}", "value": value}
    name = "pixel" if number == 0 and values.ndim == 3 else "input" if number == 0 else called(state.layer(number))
    channel = channel_names(len(values))[index[0]] if values.ndim == 3 else ""
    place = ", ".join(map(str, index[1:] if values.ndim == 3 else index))
    return {"label": f"{name} {channel + ' ' if channel else ''}[{place}]", "value": value}


def decimals(values: np.ndarray) -> int:
    """Return how many decimals numbers get where there is room: all that they have, or about four digits."""
    needed = decimals_needed(values, 4)
    return rounded_decimals(values, 4 if values.size <= WRITTEN_CELLS**2 else 3) if needed is None else needed


def short(values: np.ndarray, places: int = SHORT_DECIMALS) -> int:
    """Return how many decimals numbers get inside a small cell."""
    needed = decimals_needed(values, places)
    if needed is not None:
        return needed
    return places if np.abs(values).max() >= 0.05 else min(4, rounded_decimals(values, places))


def column(state: NetworkState, number: int) -> dict:
    values = state.output(number)
    made = {"number": number, "shape": "×".join(map(str, values.shape)), **_names(state, number)}
    if number > len(state.network):
        return {**made, "kind": "loss", **written(values.reshape(1), decimals(values))}
    if values.ndim == 1:
        return {**made, **_vector(state, number, values)}
    channels, height, width = values.shape
    made |= {"kind": "maps", "channels": channels, "rows": height, "columns": width}
    made["panes"] = [name or "" for name in channel_names(channels)]
    if number:
        made["panes"] = [f"channel {c}" if channels > 1 else "" for c in range(channels)]
    plain = number == 0 and values.min() >= 0
    made["pictures"] = [_grey(values, c) for c in range(channels)] if plain else signed(values)
    few = max(height, width) <= WRITTEN_CELLS and channels <= MOST_WRITTEN
    return {**made, "written": few, **written(values, (short if few else decimals)(values), plain)}


def _names(state: NetworkState, number: int) -> dict[str, str]:
    if number == 0:
        return {"title": "input", "name": "input", "code": ""}
    if number > len(state.network):
        return {"title": "loss", "name": "loss", "code": "nn.CrossEntropyLoss()"}
    layer = state.layer(number)
    return {"title": called(layer), "name": f"layer {number}, {called(layer)}", "code": layer.code()}


def _vector(state: NetworkState, number: int, values: np.ndarray) -> dict:
    count = values.size
    if isinstance(state.layer(number) if number else None, Softmax) and count <= WRITTEN_VECTOR:
        shares = [f"{100 * value:.2f}%" for value in values.tolist()]
        return {
            "kind": "bars", "panes": list(state.classes), "count": count, "shares": shares,
            **written(values, min(4, decimals(values))),
        }  # fmt: skip
    named = state.has_loss and number == state.network.logits
    made = {"kind": "vector", "count": count, "panes": list(state.classes) if named else []}
    line, few = -(-count // TALLEST), count <= WRITTEN_VECTOR
    made |= {"written": few, "line": line, "pictures": signed(sheet(values, line))}
    return {**made, **written(values, (short if few else decimals)(values))}


def sheet(values: np.ndarray, line: int) -> np.ndarray:
    """Return a vector in lines, as one map; the last line is filled up with 0."""
    made = np.zeros(line * -(-values.size // line))
    made[: values.size] = values
    return made.reshape(1, -1, line)


def written(values: np.ndarray, places: int, plain: bool = False) -> dict:
    """Return every number with the given decimals, in full where these are not enough, and its colour."""
    full, most = _full(values, plain), decimals(values)
    cells = texts(values, places, scale=full)
    tones = [f"p{p}" for p in cells.pixel.tolist()] if plain else [f"l{level}" for level in cells.level.tolist()]
    made = {"texts": {**_pooled(cells), "tones": tones}, "scale": number_text(full, 7)}
    return made if most == places else {**made, "full": _pooled(texts(values, most))}


def _full(values: np.ndarray, plain: bool) -> float:
    """Return the size of number that gets the full colour. plain: they are pixels, whose scale ends at 1, 9 or 255."""
    return (likely_full(values) if plain else None) or steady_size(values)


def _pooled(written: Texts) -> dict:
    return {"pool": list(written.pool), "index": written.index.ravel().tolist()}


def _grey(values: np.ndarray, channel: int) -> str:
    pixels = brightness(values, _full(values, plain=True))[channel]
    return picture_address(np.repeat(pixels[..., None], 3, axis=-1), max(pixels.shape))


def signed(maps: np.ndarray) -> list[str]:
    """Return (C, H, W) as PNG data URLs: blue above 0, orange below, paler near 0."""
    return [png.address(pixels) for pixels in png.signed(maps, steady_size(maps))]
