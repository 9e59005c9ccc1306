"""The menu "Share" of every player: its link, a QR code, code for a page, and files."""

import io
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode

from pages.states.share.files import FILES
from pages.states.sheet import Sheet

EMBEDDED = (800, 600)  # what an embedded player fits, in pixels
KEY = "share."
PLAYER = "It shows the player and its knobs alone, and a way to the whole page."
WHOLE = "It shows the page without its menus, and a way to the whole page."


def put(page: Sheet, state: Any, files: Mapping[str, tuple] = FILES) -> Sheet:
    """Add undo, redo and reset, and the menu, to the page's head, and return the menu, for what else is in it.

    Its open folded parts follow every edit. files: what can be taken along beside the link, from a page with a player.
    """
    place = page.into("share")
    place.add("history")
    menu = place.menu("Share")
    menu.fold(f"{KEY}link", "Link and QR code", lambda inner: _link(inner, address(inner, state)))
    menu.fold(f"{KEY}embed", "Code for a page of yours", lambda inner: _embed(inner, state, PLAYER if files else WHOLE))
    for key, (label, *_) in files.items():
        menu.download(f"{KEY}{key}", label)
    return menu


def address(page: Sheet, state: Any, **more: str) -> str:
    """Return the address of a state, at the place where its reader has the page. more: other keys of the query."""
    query = urlencode({**page.query(state), **more}, safe="~")
    return f"{page.address}?{query}" if query else page.address


def _link(page: Sheet, link: str) -> None:
    from segno.encoder import DataOverflowError

    page.code(link)
    try:
        page.html(qr(link))
    except DataOverflowError:
        page.caption("This link is too long for a QR code.")


def qr(link: str) -> str:
    """Return a link as a QR code, in HTML. Raises DataOverflowError where it is too long."""
    import segno  # here: it brings much with it, which a browser would load before its first answer

    code, file = segno.make(link, micro=False, error="L"), io.BytesIO()
    code.save(file, kind="svg", scale=4, border=4, dark="#000", light="#fff", xmldecl=False, svgns=True, omitsize=True)
    return f'<div class="qr" role="img" aria-label="{escape(link)}">{file.getvalue().decode()}</div>'


def _embed(page: Sheet, state: Any, about: str) -> None:
    wide, tall = EMBEDDED
    source = escape(address(page, state, embed="true"))
    page.code(f'<iframe src="{source}" title="Stride" width="{wide}" height="{tall}" style="border: 0"></iframe>')
    page.caption(about)
