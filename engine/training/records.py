"""Our own JSON files and lines: their form as types; written completely or not at all, and checked when read."""

import errno
import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

MAX_JSON = 2 * 2**20
FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))  # Windows knows no quota
# No figure of a training is larger, and two of them can still be multiplied.
Number = Annotated[float, Field(ge=-1e100, le=1e100)]
# Seconds since 1970, up to the year 3000: what a calendar can show.
Time = Annotated[float, Field(ge=0, le=32_503_680_000)]
Whole = Annotated[int, Field(ge=0, le=10**18)]
Count = Annotated[int, Field(gt=0, le=10**18)]


class Record(BaseModel):
    """What a file or a line holds. A value of another type is an error; fields that are not known are left out."""

    model_config = ConfigDict(frozen=True, strict=True, allow_inf_nan=False)


Kind = TypeVar("Kind", bound=Record)


def write(path: Path, record: Record) -> None:
    """Write a record, so that the file is complete or not there at all."""
    write_text(path, record.model_dump_json(indent=1))


def write_text(path: Path, text: str) -> None:
    """Write a text to another file beside it, which is then renamed; on a full disk, over the file that is there."""
    aside = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(3)}.part")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        if error.errno not in FULL or not path.is_file():
            raise
        with path.open("r+b") as file:  # the room that it has is enough for a text that is about as long
            file.write(text.encode())
            file.truncate()


def read(path: Path, kind: type[Kind]) -> Kind:
    """Return the record in a file. ValueError, with a sentence, where it is missing or has another form."""
    try:
        if path.stat().st_size > MAX_JSON:
            raise ValueError(f"{path.name} has {path.stat().st_size:,} bytes; at most {MAX_JSON:,} are read")
        return kind.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise ValueError(f"{path.name} is missing") from None
    except OSError as error:
        raise ValueError(f"{path.name} cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ValueError(": ".join(map(str, (path.name, *first["loc"], first["msg"])))) from error


class Lines:
    """A file to which JSON objects are appended, one a line. A half line that a killed writer left is ended first."""

    def __init__(self, path: Path):
        self._file = path.open("ab+", buffering=0)  # so that nothing waits to be written on a full disk
        if self._file.tell():
            self._file.seek(-1, os.SEEK_END)
            if self._file.read(1) != b"\n":
                self._file.write(b"\n")

    def append(self, value: dict[str, Any]) -> int:
        """Append one object; return how many bytes it took."""
        line = json.dumps(value, allow_nan=False).encode() + b"\n"
        left = line
        while left:
            left = left[self._file.write(left) :]
        return len(line)

    def close(self) -> None:
        self._file.close()


def read_lines(path: Path, since: int = 0) -> tuple[list[dict[str, Any]], int]:
    """Return the objects on the whole lines after byte `since`, and the byte from which to go on.

    A line that is no JSON object was left by a killed writer, and is passed over. ValueError, with a sentence, for what
    is there and cannot be read.
    """
    try:
        with path.open("rb") as file:
            file.seek(since)
            raw = file.read()
    except FileNotFoundError:
        return [], since
    except OSError as error:
        raise ValueError(f"{path.name} cannot be read: {error.strerror}") from error
    end = raw.rfind(b"\n") + 1
    return list(_objects(raw[:end].split(b"\n"))), since + end


def _objects(lines: Iterable[bytes]) -> Iterable[dict[str, Any]]:
    for line in lines:
        try:
            value = json.loads(line) if line else None
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            yield value
