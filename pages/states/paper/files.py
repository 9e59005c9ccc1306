"""Exercises as files, for every page that offers them."""

from engine import lean
from engine.paper import FILES, Pack
from engine.writing.display import sentence
from pages.states.view import File


def file(name: str, pack: Pack) -> File | str:
    """Return what a page's ask gives: a pack as a file of a sort, or a sentence why there is none."""
    sort = FILES[name]
    try:
        return File(f"stride-exercises{_which(name, pack)}.{sort.ending}", sort.type, sort.make(pack))
    except ValueError as error:
        return sentence(error)
    except ModuleNotFoundError as error:
        return lean.said(error)


def _which(name: str, pack: Pack) -> str:
    """Return what tells files of one ending apart: the two banks that are zips, and a worksheet on Letter."""
    shared = sum(sort.ending == FILES[name].ending for sort in FILES.values()) > 1
    return (f"-{name}" if shared else "") + ("" if pack.size == "a4" else f"-{pack.size}")
