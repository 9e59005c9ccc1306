"""Texts as HTML: Markdown of ours, formulas as MathML, and what somebody typed."""

import re
from functools import lru_cache

from latex2mathml.converter import convert
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


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


@lru_cache(maxsize=2048)
def mathml(latex: str) -> str:
    """Return a formula as MathML, which browsers draw and screen readers speak."""
    return convert(latex.replace("{aligned}", "{align*}"), display="block")
