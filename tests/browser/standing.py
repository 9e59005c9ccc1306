"""Pages of their own that play a trace, and what is read off them."""

import pytest

from engine.facts.examples import CONVOLUTION
from pages.states.share.standalone import standalone
from tests.browser.driver import FAILED, choosing, leave

EXAMPLE = CONVOLUTION["three-channels-three-filters"]


@pytest.fixture(scope="session")
def kept_stages(browser):
    """Tabs by what cannot be changed in them, that tests use one after the other."""
    return {}


@pytest.fixture
def stage(browser, kept_stages, tmp_path, request):
    """stage(trace, together=, **options) → a page that plays the trace; errors on it fail the test.

    together: whether the learner has chosen all channels at once, or one at a time; None leaves it to the room.
    """
    used, troubles = [], []
    watched = {
        "pageerror": lambda error: troubles.append(str(error)),
        "console": lambda message: troubles.append(message.text) if message.type == "error" else None,
    }

    def show(trace=None, *, size=(1000, 700), together=True, reduced_motion="no-preference", **options):
        trace = trace or EXAMPLE.layer.trace(EXAMPLE.input, **EXAMPLE.parameters)
        file = tmp_path / f"player-{len(used)}.html"
        file.write_text(standalone(trace), encoding="utf-8")
        key = (len(used), together, repr(sorted(options.items())))
        page = kept_stages.pop(key, None)
        if page is None:
            context = browser.new_context(**options)
            context.set_default_timeout(10_000)
            if together is not None:
                context.add_init_script(choosing(together))
            page = context.new_page()
        used.append((key, page))
        for event, heard in watched.items():
            page.on(event, heard)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(reduced_motion=reduced_motion)
        page.goto(file.as_uri())
        page.wait_for_function("window.player")
        return page

    yield show
    failed = troubles or request.node.stash.get(FAILED, False)
    for key, page in used:
        for event, heard in watched.items():
            page.remove_listener(event, heard)
        if not failed and leave(page):
            kept_stages[key] = page
        else:
            page.context.close()
    assert troubles == []


def lit(page, board):
    """The indices of a board's cells that light up."""
    cells = page.locator(f'[data-board="{board}"].lit').all()
    return sorted(tuple(map(int, c.get_attribute("data-index").split(","))) for c in cells)


def says(page):
    return page.locator(".inspector .says").inner_text()


def edits(page):
    return page.evaluate("window.edits.splice(0)")
