"""Exercises as files, for every page that offers them."""

from collections.abc import Callable, Mapping, Sequence

from engine.exercises import Exercise
from engine.paper import FILES as SORTS
from engine.paper import Pack
from engine.writing.display import sentence
from pages.states.view import File

NO_PDF = (
    "A PDF needs the package typst, which is not here: Stride on a computer has it, by “make run”. "
    "The worksheet to print (HTML) is made here, and a browser prints it, or saves it as a PDF."
)


def file(name: str, pack: Pack) -> File | str:
    """Return what a page's ask gives: a pack as a file of a sort, or a sentence why there is none."""
    sort = SORTS[name]
    try:
        return File(f"stride-exercises{_which(name, pack)}.{sort.ending}", sort.type, sort.make(pack))
    except ValueError as error:
        return sentence(error)
    except ModuleNotFoundError as error:
        if error.name != "typst":
            raise
        return NO_PDF


def _which(name: str, pack: Pack) -> str:
    """Return what tells files of one ending apart: the two banks that are zips, and a worksheet on Letter."""
    shared = sum(sort.ending == SORTS[name].ending for sort in SORTS.values()) > 1
    return (f"-{name}" if shared else "") + ("" if pack.size == "a4" else f"-{pack.size}")


def _maker(name: str) -> Callable[..., File | str]:
    def make(exercises: Sequence[Exercise], title: str, **options) -> File | str:
        return file(name, Pack.of(exercises, title, **options))

    return make


# Name → the label, the type, the ending, and make(exercises, title, size="a4", answers=True, address="").
FILES: Mapping[str, tuple[str, str, str, Callable[..., File | str]]] = {
    name: (sort.label, sort.type, sort.ending, _maker(name)) for name, sort in SORTS.items()
}
