"""JSON in files that a process may be killed over: written whole or not at all, and read with doubt."""

import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

MAX_JSON = 2 * 2**20
LARGEST = 1e100  # no figure of a training is beyond, and two of them can be multiplied


def write_json(path: Path, held: dict[str, Any]) -> None:
    """Write a dict, so that the file is there whole or not at all."""
    write_text(path, json.dumps(held, indent=1))


def write_text(path: Path, text: str) -> None:
    """Write a text aside and rename it."""
    aside = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(3)}.part")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise


def read_json(path: Path) -> dict[str, Any]:
    """Return the dict in a file. ValueError, with a sentence, where there is none."""
    try:
        if path.stat().st_size > MAX_JSON:
            raise ValueError(f"{path.name} has {path.stat().st_size:,} bytes; at most {MAX_JSON:,} are read")
        held = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise ValueError(f"{path.name} is missing") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"{path.name} cannot be read: {error}") from error
    if not isinstance(held, dict):
        raise ValueError(f"{path.name} holds no object")
    return held


def is_number(value: Any) -> bool:
    """Whether a value from JSON is a finite number that one can calculate with; JSON's NaN and true are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST


def is_whole(value: Any) -> bool:
    """Whether a value from JSON is a whole number."""
    return is_number(value) and isinstance(value, int)


class Lines:
    """A file that JSON objects are appended to, one a line; what a killed writer left half is ended first."""

    def __init__(self, path: Path):
        self._file = path.open("ab+")
        if self._file.tell():
            self._file.seek(-1, os.SEEK_END)
            if self._file.read(1) != b"\n":
                self._file.write(b"\n")
                self._file.flush()

    def append(self, held: dict[str, Any]) -> int:
        """Append one object; return how many bytes it took."""
        line = json.dumps(held, allow_nan=False).encode() + b"\n"
        self._file.write(line)
        self._file.flush()
        return len(line)

    def close(self) -> None:
        self._file.close()


def read_lines(path: Path, since: int = 0) -> tuple[list[dict[str, Any]], int]:
    """Return the objects on the whole lines after byte `since`, and the byte from which to go on.

    A line that is no JSON object is one that a killed writer left half, and is passed over.
    """
    try:
        with path.open("rb") as file:
            file.seek(since)
            raw = file.read()
    except FileNotFoundError:
        return [], since
    end = raw.rfind(b"\n") + 1
    return list(_objects(raw[:end].split(b"\n"))), since + end


def _objects(lines: Iterable[bytes]) -> Iterable[dict[str, Any]]:
    for line in lines:
        try:
            held = json.loads(line) if line else None
        except (ValueError, RecursionError):
            continue
        if isinstance(held, dict):
            yield held
