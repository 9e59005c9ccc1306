"""What the learner typed, pasted or painted in the player, put into arrays."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from engine.writing.display import channel_names
from pages.states import blocks
from pages.states.numbers import empty, number

Index = tuple[int, ...]
PADDING = "Padding cannot be edited: its cells follow from the padding mode."
TOO_LARGE = "The block is larger than the board: the cells that fit were filled."


class Refused(ValueError):
    """An edit of the right form that cannot be done; its sentence is for the learner."""


class Malformed(ValueError):
    """What came in has not the form of an edit, or of a turn of a knob: no page sends such a thing."""


def apply(
    edit: Mapping,
    arrays: Mapping[str, np.ndarray],
    cell: Callable[[str, Index], Index] = lambda board, index: index,
) -> tuple[str, np.ndarray, str]:
    """Return the name of the array that an edit changes, the array changed, and a sentence or "".

    edit: `board` (a name of `arrays`), its `shape`, its `origin` (the row and column that its first cell stands
    for) and `first_pane`, then either `cells` (flat indices) with one `text`, or `flat` with `paste`, a text that is
    read by pages.states.blocks and fills from that cell: rows down, columns across, channels in the panes.
    `cell` leads from an index of a board to one of the array of that name.
    Raises Refused where a text is no number or a cell is padding, Malformed where the edit is not of that form.
    """
    try:
        return _apply(edit, arrays, cell)
    except (KeyError, TypeError, AttributeError, IndexError, OverflowError) as error:
        raise Malformed(f"the change has not the form of an edit: {error!r}") from error


def _apply(edit: Mapping, arrays: Mapping[str, np.ndarray], cell) -> tuple[str, np.ndarray, str]:
    board, shape = str(edit["board"]), tuple(int(n) for n in edit["shape"])
    array = np.array(arrays[board], dtype=np.float64)
    down, across = (int(n) for n in edit["origin"])
    shift = (int(edit.get("first_pane", 0)), down, across)[-min(3, len(shape)) :]
    note, bare = "", []
    for index, text, optional in _targets(edit, shape):
        moved = [k + by for k, by in zip(index[-len(shift) :], shift, strict=True)]
        on_board = (*index[: -len(shift)], *moved)
        index = cell(board, on_board)
        if len(index) != array.ndim:
            raise Malformed(f"shape {shape} is not that of the board {board}")
        if not all(0 <= k < n for k, n in zip(index, array.shape, strict=True)):
            if not optional:
                raise Refused(PADDING)
            note = TOO_LARGE
            continue
        place = _place(board, on_board, array.shape)
        if not text:
            bare.append(place)
            continue
        try:
            array[index] = number(text, place)
        except ValueError as error:
            raise Refused(str(error)) from error
    if bare:
        raise Refused(empty(bare))
    return board, array, note


def _targets(edit: Mapping, shape: Index) -> Iterator[tuple[Index, str, bool]]:
    """Yield (index, text, whether it may lie outside the board) for every cell that an edit names."""
    if "paste" not in edit:
        for flat in edit["cells"]:
            yield tuple(int(k) for k in np.unravel_index(int(flat), shape)), str(edit["text"]).strip(), False
        return
    *panes, left = (int(k) for k in np.unravel_index(int(edit["flat"]), shape))
    if not isinstance(edit["paste"], str):
        raise TypeError("a block is a text")
    try:
        channels = blocks.cells(edit["paste"])
    except ValueError as error:
        raise Refused(str(error)) from error
    rows = [row for channel in channels for row in channel]
    if not panes:  # a board of one axis takes a block in reading order
        for j, text in enumerate(text for row in rows for text in row):
            yield (left + j,), text, j > 0
        return
    *panes, top = panes
    for c, channel in enumerate(channels if panes else [rows]):
        pane = (*panes[:-1], panes[-1] + c) if panes else ()
        for i, row in enumerate(channel):
            for j, text in enumerate(row):
                yield (*pane, top + i, left + j), text, c + i + j > 0


def _place(board: str, index: Index, shape: Index) -> str:
    """Name a cell as a sentence about it does."""
    if board == "input" and len(index) == 3:
        name = channel_names(shape[0])[index[0]]
        return f"Input{' ' if name else ''}{name}, row {index[1]}, column {index[2]}"
    if board == "bias":
        return f"Bias {index[0]}"
    if len(index) == 1:
        return f"Number {index[0]} of {board}"
    if len(index) == 2:
        return f"Row {index[0]}, column {index[1]} of {board}"
    if board == "weight":
        return f"The kernel of filter {index[0]}, channel {index[1]}, row {index[2]}, column {index[3]}"
    return f"{board} {list(index)}"
