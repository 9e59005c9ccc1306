"""Arrays as short texts for links, and back; any text may come in.

Two forms, both of the URL's unreserved characters only (letters, digits, - _ . ~):

- readable: the shape, then the values in C order, `3x3_1_0_-1_2_0_-2_1_0_-1`; `0~5` stands for five zeros;
- packed: `z`, the integer type, the number of decimals, the shape and base64url of zlib,
  `zu0_3x32x32_eJx…`; each value is stored as value · 10^decimals.
"""

import base64
import binascii
import math
import re
import zlib
from itertools import groupby

import numpy as np

from engine.writing.display import shown

MAX_SIZE = 4096  # numbers of an array that is read, unless somebody knows how many there are
MAX_VALUE = 1_000_000
MAX_DECIMALS = 6
MAX_TEXT = 60_000
READABLE_TEXT = 260
_TYPES = {"u": np.dtype("<u1"), "s": np.dtype("<i2"), "l": np.dtype("<i8")}
_VALUE = r"[+-]?(?:[0-9]{1,7}(?:\.[0-9]{0,6})?|\.[0-9]{1,6})(?:~[1-9][0-9]{0,5})?"  # a number, and how often it comes
_PART, _BODY = re.compile(_VALUE), re.compile(f"{_VALUE}(?:_{_VALUE})*")
_RUN = 4


def encode(array: np.ndarray) -> str:
    """Return an array's text: the readable form up to 260 characters, else the shorter of the two.

    Raises ValueError for an empty array and for values that are not finite, above 1,000,000 in size, or in
    need of more than six decimals.
    """
    values = np.asarray(array, dtype=np.float64)
    if values.size == 0 or values.ndim == 0:
        raise ValueError(f"an array of shape {values.shape} has no text: it needs an axis and a value")
    if not np.isfinite(values).all():
        raise ValueError("NaN and infinity cannot be part of a link")
    largest = float(np.abs(values).max())
    if largest > MAX_VALUE:
        raise ValueError(f"value {largest:g} is too large for a link: at most {MAX_VALUE} in size")
    texts = [decimal_text(v) for v in values.ravel().tolist()]
    shape = "x".join(map(str, values.shape))
    readable = "_".join([shape, *_runs(texts)])
    if len(readable) <= READABLE_TEXT:
        return readable
    return min(readable, _packed(values, texts, shape), key=len)


def decimal_text(value: float) -> str:
    """Return the shortest decimal text of a value with at most six decimals: 0.50 → "0.5", −0.0 → "0"."""
    if value.is_integer():
        return str(int(value))
    text = f"{value:.{MAX_DECIMALS}f}".rstrip("0").rstrip(".")
    if float(text) != value:
        raise ValueError(f"value {value!r} needs more than {MAX_DECIMALS} decimals")
    return "0" if text == "-0" else text


def _runs(texts: list[str]) -> list[str]:
    parts = []
    for text, alike in groupby(texts):
        same = list(alike)
        parts += [f"{text}~{len(same)}"] if len(same) >= _RUN else same
    return parts


def _packed(values: np.ndarray, texts: list[str], shape: str) -> str:
    decimals = max(len(text.partition(".")[2]) for text in texts)
    integers = np.rint(values * 10**decimals).astype(np.int64)
    letter = next(k for k, dtype in _TYPES.items() if (integers == integers.astype(dtype)).all())
    dtype = _TYPES[letter]
    data = zlib.compress(integers.astype(dtype).tobytes(), 9)
    return f"z{letter}{decimals}_{shape}_{base64.urlsafe_b64encode(data).rstrip(b'=').decode()}"


def decode(
    text: str,
    *,
    name: str,
    ndim: int | tuple[int, ...] = 3,
    max_shape: tuple[int, ...] | None = None,
    max_size: int = MAX_SIZE,
) -> np.ndarray:
    """Return the float64 array that a text of either form stands for.

    `name` opens each error's sentence. `ndim` is the number of axes, or the numbers allowed; `max_shape` the
    largest length of each axis, counted from the last; `max_size` the largest number of values.

    Raises ValueError, and nothing else, for any other text.
    """
    if len(text) > MAX_TEXT:
        raise ValueError(f"{name}: the text has {len(text)} characters; at most {MAX_TEXT} are read")
    packed = re.match(r"z([a-z])([0-9])_", text)
    head, _, body = (text[packed.end() :] if packed else text).partition("_")
    shape = _shape(head, name, (ndim,) if isinstance(ndim, int) else ndim, max_shape, max_size)
    size = math.prod(shape)
    if packed:
        return _unpack(body, packed[1], int(packed[2]), size, name).reshape(shape)
    return _read_values(body, size, name).reshape(shape)


def _shape(head: str, name: str, ndim: tuple[int, ...], max_shape, max_size: int) -> tuple[int, ...]:
    if not re.fullmatch(r"[1-9][0-9]{0,5}(x[1-9][0-9]{0,5}){0,7}", head):
        raise ValueError(f'{name}: {shown(head)} is not a shape such as "3x6x6"')
    shape = tuple(map(int, head.split("x")))
    if len(shape) not in ndim:
        wanted = " or ".join(map(str, ndim))
        raise ValueError(f"{name}: shape {head} has {len(shape)} axes, not {wanted}")
    size = math.prod(shape)
    if size > max_size:
        raise ValueError(f"{name}: shape {head} has {size} values; at most {max_size} are read")
    for length, limit in zip(reversed(shape), reversed(max_shape or ()), strict=False):
        if length > limit:
            raise ValueError(f"{name}: shape {head} has an axis of {length}; at most {limit} fit there")
    return shape


def _read_values(body: str, size: int, name: str) -> np.ndarray:
    values: list[float] = []
    parts = body.split("_") if body else []
    if parts and not _BODY.fullmatch(body):
        i, part = next((i, part) for i, part in enumerate(parts) if not _PART.fullmatch(part))
        raise ValueError(f"{name}: value {i} is {shown(part)}, not a number of at most 6 decimals")
    for i, part in enumerate(parts):
        number, _, times = part.partition("~")
        value = float(number)
        if abs(value) > MAX_VALUE:
            raise ValueError(f"{name}: value {i} is {shown(number)}; at most {MAX_VALUE} in size is read")
        n = int(times or 1)
        if len(values) + n > size:
            raise ValueError(f"{name}: there are more values than the {size} of its shape")
        values += [value + 0.0] * n
    if len(values) != size:
        raise ValueError(f"{name}: there are {len(values)} values where its shape needs {size}")
    return np.array(values)


def _unpack(body: str, letter: str, decimals: int, size: int, name: str) -> np.ndarray:
    if letter not in _TYPES or decimals > MAX_DECIMALS:
        raise ValueError(f"{name}: the packed form z{letter}{decimals} is not known")
    if not re.fullmatch(r"[0-9A-Za-z_-]+", body):
        raise ValueError(f"{name}: the packed numbers hold a character that does not belong there")
    dtype = _TYPES[letter]
    wanted = size * dtype.itemsize
    try:
        unpacker = zlib.decompressobj()
        data = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
        raw = unpacker.decompress(data, wanted + 1)
    except (binascii.Error, zlib.error):
        raise ValueError(f"{name}: the packed numbers are broken or cut short") from None
    if len(raw) != wanted or not unpacker.eof or unpacker.unused_data:
        raise ValueError(f"{name}: the packed numbers do not fill the {size} values of its shape")
    integers = np.frombuffer(raw, dtype).astype(np.int64)
    beyond = (integers > MAX_VALUE * 10**decimals) | (integers < -MAX_VALUE * 10**decimals)
    if beyond.any():
        at = int(beyond.argmax())
        raise ValueError(f"{name}: value {at} is above {MAX_VALUE} in size")
    return integers / 10**decimals
