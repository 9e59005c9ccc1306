"""Pages of their own that play a trace, and what is read off them."""

import pytest

from engine.examples import CONVOLUTION
from pages.ui.player import module_source, standalone

EXAMPLE = CONVOLUTION["three-channels-three-filters"]


@pytest.fixture
def stage(browser, tmp_path):
    """stage(trace, **options) → a page that plays the trace; errors on it fail the test."""
    contexts, troubles = [], []

    def show(trace=None, *, size=(1000, 700), **options):
        trace = trace or EXAMPLE.layer.trace(EXAMPLE.input, **EXAMPLE.parameters)
        file = tmp_path / f"player-{len(contexts)}.html"
        file.write_text(standalone(trace), encoding="utf-8")
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.goto(file.as_uri())
        return page

    yield show
    for context in contexts:
        context.close()
    assert troubles == []


def with_adapter(page):
    """Return the page once `window.adapter` is what joins the player to Streamlit."""
    source = module_source("streamlit").replace("export default function", "window.adapter = function")
    page.add_script_tag(content=source, type="module")
    page.wait_for_function("() => Boolean(window.adapter)")
    return page


def lit(page, board):
    """The indices of a board's cells that light up."""
    cells = page.locator(f'[data-board="{board}"].lit').all()
    return sorted(tuple(map(int, c.get_attribute("data-index").split(","))) for c in cells)


def says(page):
    return page.locator(".inspector .says").inner_text()


def edits(page):
    return page.evaluate("window.edits.splice(0)")
