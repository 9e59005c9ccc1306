"""Exercises as files, for every page that offers them."""

from engine import lean
from engine.paper import FILES, Pack
from engine.writing.display import sentence
from pages.states.view import File


def file(name: str, pack: Pack) -> File | str:
    """Return what a page's ask gives: a pack as a file of a sort, or a sentence why there is none."""
    sort = FILES[name]
    try:
        return File(f"stride-exercises.{sort.ending}", sort.type, sort.make(pack))
    except ValueError as error:
        return sentence(error)
    except ModuleNotFoundError as error:
        return lean.said(error)
