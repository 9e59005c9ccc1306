"""Worksheets as a page that a browser prints: what a PDF has, where there is no typst."""

from html import escape
from typing import Any

from engine.paper.pack import Pack
from engine.paper.parts import parts
from engine.paper.style import STYLE

FEW = 3  # lines that stand in one column


def page(pack: Pack) -> bytes:
    """Return an HTML file with the versions of a pack and their answers, each from a page of its own on.

    Raises ValueError as `parts`.
    """
    data = parts(pack)
    title = escape(data["title"])
    sheets = [_sheet(title, escape(version["name"]), version["exercises"]) for version in data["versions"]]
    if data["answers"]:
        sheets += [_answers(title, escape(version["name"]), version["exercises"]) for version in data["versions"]]
    style = STYLE.replace("SIZE", data["size"])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{style}</style></head><body>{''.join(sheets)}</body></html>"
    ).encode()


def _sheet(title: str, name: str, exercises: list[dict[str, Any]]) -> str:
    who = name or 'Name <span class="line" style="width: 50mm"></span>'
    tasks = "".join(_task(number, one) for number, one in enumerate(exercises, 1))
    return f"<section><header><h1>{title}</h1><span>{who}</span></header>{tasks}</section>"


def _answers(title: str, name: str, exercises: list[dict[str, Any]]) -> str:
    solved = "".join(
        f"<article><div>{_head(number, one)}</div>"
        + _list([f"{escape(made)}<strong>{escape(value)}</strong>" for made, value in one["working"]])
        + "</article>"
        for number, one in enumerate(exercises, 1)
    )
    return f"<section><header><h1>Answers: {title}</h1><span>{name}</span></header>{solved}</section>"


def _task(number: int, one: dict[str, Any]) -> str:
    boards = "".join(map(_board, one["boards"]))
    facts = " · ".join(f"{escape(name)} <strong>{escape(text)}</strong>" for name, text in one["facts"])
    code = f"<figure>{one['code']}<figcaption>check it here</figcaption></figure>" if one["code"] else ""
    return (
        f"<article><div>{_head(number, one)}<p>{escape(one['question'])}</p>"
        f'<div class="boards">{boards}</div><p>{facts}</p></div>{code or "<span></span>"}'
        + _list([_line(line, one["room"]) for line in one["lines"]])
        + ('<div class="room"></div>' if one["room"] == "box" else "")
        + "</article>"
    )


def _head(number: int, one: dict[str, Any]) -> str:
    return f"<h2>{number}. {escape(one['title'])} <small>level {one['level']}, seed {one['seed']}</small></h2>"


def _board(board: dict[str, Any]) -> str:
    """Return one map, with its rows and columns counted from 0."""
    heads = "".join(f"<th>{k}</th>" for k in range(len(board["rows"][0])))
    rows = "".join(
        f"<tr><th>{k}</th>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for k, row in enumerate(board["rows"])
    )
    return f"<table><caption>{escape(board['title'])}</caption><tr><th></th>{heads}</tr>{rows}</table>"


def _line(line: dict[str, Any], room: str) -> str:
    work = f": {escape(line['work'])}" if line["work"] else ""
    if line["shown"] is not None:
        return f"{escape(line['label'])}{work} {line['sign']} <strong>{escape(line['shown'])}</strong>"
    wide, place = (" wide" if line["wide"] else ""), ('<span class="line"></span>' if room == "line" else "")
    box = f'<span class="keep">{place} {line["sign"]} <span class="blank{wide}"></span></span>'
    return f"{escape(line['label'])}{work} {box}"


def _list(lines: list[str]) -> str:
    few = ' class="few"' if len(lines) <= FEW else ""
    return f"<ul{few}>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"
