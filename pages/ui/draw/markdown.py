"""Texts that somebody typed, in Markdown: names of runs, folders and classes."""

import re


def plain(text: str) -> str:
    """Return a text so that Markdown shows it as it is."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>~:$&])", r"\\\1", text)
