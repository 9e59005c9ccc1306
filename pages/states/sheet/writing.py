"""Texts as HTML: Markdown of ours, formulas as MathML, and what somebody typed."""

import re
from functools import lru_cache

from latex2mathml.converter import convert
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
# Numbers of a formula that stand by themselves: not an index without braces, a length with a unit, a part of a name.
_NUMBER = re.compile(r"(?<![\\A-Za-z_^\d.])\d+(?:\.\d+)?(?!\s*[A-Za-z\d.])")
_PLACE = "7077"  # with four digits behind it: what stands for a number in a formula's shape
_PLACES = re.compile(rf"{_PLACE}(\d{{4}})")


def plain(text: str) -> str:
    """Return a text so that Markdown shows it as it is."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>~:$&])", r"\\\1", text)


@lru_cache(maxsize=2048)
def html(markdown: str) -> str:
    """Return Markdown as HTML. Tags in it are shown as they are written, never followed."""
    return _MARKDOWN.render(markdown).strip()


@lru_cache(maxsize=2048)
def line(markdown: str) -> str:
    """Return a line of Markdown as HTML without a paragraph around it."""
    return _MARKDOWN.renderInline(markdown)


def mathml(latex: str) -> str:
    """Return a formula as MathML, which browsers draw and screen readers speak.

    After an edit it has other numbers in the same shape, which is converted once.
    """
    numbers = _NUMBER.findall(latex)
    if _PLACE in latex or len(numbers) > 9999:
        return _converted(latex)
    places = (f"{_PLACE}{k:04}" for k in range(len(numbers)))
    return _PLACES.sub(lambda place: numbers[int(place[1])], _converted(_NUMBER.sub(lambda _: next(places), latex)))


@lru_cache(maxsize=2048)
def _converted(latex: str) -> str:
    return convert(latex.replace("{aligned}", "{align*}"), display="block")
