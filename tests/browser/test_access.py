"""Every page by keys, by screen reader and in every colour scheme: axe-core's rules, and what they do not see."""

import re
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.driver import DESKTOP, PHONE, answered, settle
from tests.browser.reading import cell, control, player

pytestmark = pytest.mark.browser

NARROW = (320, 640)

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
PAGES = (
    "", "input", "convolution", "activation?example=hard-tanh&try=1", "pooling", "fully_connected",
    "output_loss", "transposed", "batch_norm",
    "forward", "backward", "learning", "learning?part=step", "training", "inside", "calculator",
    "calculator?tab=stack", "practice", "practice?kind=conv-channels&level=1&seed=5", "questions", "check",
    "sets", "sets?show=large", "set", "set?set=11B60007NPD13MK038H&learner=Ada&at=6", "results",
)  # fmt: skip
# What is Streamlit's own: on phones its menu is a list whose groups stand between the list and its items, and its code
# blocks scroll without a place for the focus.
STREAMLITS = (
    ("list", '[data-testid="stSidebarNavItems"]'),
    ("listitem", '[data-testid="stSidebarNavItems"] li'),
    ("scrollable-region-focusable", '[data-testid="stCode"] pre'),
)
# axe's violations: the rule, the place of each node, what it is, and whether it lies in one of the given places.
FOUND = """
async ([streamlits, rules]) => {
  const only = rules.length ? { runOnly: rules } : { rules: { 'target-size': { enabled: true } } };
  const { violations } = await axe.run(document, { resultTypes: ['violations'], ...only });
  const theirs = (rule, target) => streamlits.some(([name, place]) =>
    name === rule && target.length === 1 && document.querySelector(target[0])?.matches(place));
  return violations.flatMap(({ id, nodes }) => nodes.filter(({ target }) => !theirs(id, target)).map(
    ({ target, html, failureSummary }) => `${id}: ${target.join(' ')}: ${html.slice(0, 120)}: ${failureSummary}`));
}
"""
FOCUSED = """
() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at === document.body ? '' : (at.getAttribute('aria-label') || at.dataset.board || at.textContent).trim();
}
"""


def open_all(page: Page) -> None:
    """Open every folded part, so that what is in it is judged too."""
    for summary in page.locator("details > summary:visible").all():
        if not summary.evaluate("({ parentElement }) => parentElement.open"):
            summary.click()
    settle(page)


def focused(page: Page) -> str:
    """The name or the text of what has the focus; "" where nothing has."""
    return page.evaluate(FOCUSED)


@pytest.mark.parametrize("path", PAGES)
def test_no_question_is_cut_on_a_narrow_screen_and_axe_finds_nothing_on_stride_s_own_parts(path, open_page):
    page = open_page(f"/{path}", size=NARROW, reduced_motion=True)
    links = page.locator('.block.link > a, [data-testid="stPageLink"] p')
    cut = links.evaluate_all("(nodes) => nodes.filter((n) => n.scrollWidth > n.clientWidth + 1).map((n) => n.title)")
    assert cut == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]

    open_all(page)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    light, dark = ("light", []), ("dark", ["color-contrast"])  # colours alone differ in the dark
    for size, schemes in ((PHONE, (light, dark)), (DESKTOP, (dark, light))):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for scheme, rules in schemes:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            settle(page)
            assert page.evaluate(FOUND, [STREAMLITS, rules]) == [], (size, scheme)
    assert page.locator("h1").count() == 1


def test_a_cell_says_what_it_is_and_the_live_region_what_it_does(open_page):
    page = open_page("/convolution?example=three-channels-three-filters", fresh=True)
    spoken = page.locator(".stride > .live")
    cell(page, "weight", 0, 0, 0, 0).focus()
    page.keyboard.press("ArrowRight")
    assert spoken.inner_text() == "multiplies 16 input cells"  # its name and number are read with the focus
    assert page.locator(".inspector .says").inner_text().endswith(" · multiplies 16 input cells")
    page.evaluate("document.documentElement.dir = 'rtl'")  # as a browser that translates the page does
    first, second = (cell(page, "output", 0, 0, j).bounding_box()["x"] for j in (0, 1))
    assert first < second and page.locator("h1").evaluate("(node) => getComputedStyle(node).direction") == "ltr"


def test_a_play_is_summed_up_and_its_end_is_spoken_in_full(open_page):
    page = open_page("/convolution?example=three-channels-three-filters")
    spoken = page.locator(".stride > .live")
    spoken.evaluate(
        "(node) => { window.said = []; new MutationObserver(() => window.said.push(node.textContent))"
        ".observe(node, { childList: true, characterData: true, subtree: true }); }"
    )
    player(page).focus()
    page.keyboard.press("Space")
    page.wait_for_function("Number(document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot"
                           ".querySelector('.stride').dataset.step) >= 4")  # fmt: skip
    said = page.evaluate("window.said")
    assert 1 <= len(said) <= 2 and all(re.fullmatch(r"step \d+ of 48", one) for one in said), said
    page.keyboard.press("Space")
    assert spoken.inner_text().startswith("Filter 0, output row ")


def test_the_focus_stays_on_what_was_used(open_page):
    page = open_page("/inside")
    page.locator('[data-control="channel-next"]').focus()
    with answered(page):
        page.keyboard.press("Enter")
    assert focused(page) == "Next channel"
    page = open_page("/forward?example=worked")
    target = page.locator(".network .target select")
    target.focus()
    names = page.locator(".network .body").evaluate_all("(bodies) => bodies.map(({ ariaLabel }) => ariaLabel)")
    assert names[0] == "input, 1×6×6, arrows move, Enter opens" and names[-1] == "loss, arrows move, Enter opens"
    with answered(page):
        target.select_option(index=0 if target.input_value() != "0" else 1)
    expect(target).to_be_focused()


def test_maps_that_keys_choose_are_spoken(open_page):
    page = open_page("/inside")
    maps = page.locator(".inside-network .maps-of").first
    maps.focus()
    for key in ("ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    assert re.fullmatch(r"channel \d+ of 0–5", page.locator(".inside-network > .live").inner_text())
    page.locator('.inside-network [data-focus="chosen"]').focus()
    page.keyboard.press("ArrowDown")
    assert re.fullmatch(r"row \d+, column \d+: −?[\d.]+", page.locator(".inside-network > .live").inner_text())


def test_leads_are_walked_by_keys_alone(open_page):
    """From the loss to the pixels: each way leaves the focus on a number from which the next way begins."""
    page = open_page("/forward?example=worked")
    crumbs = page.locator(".network .crumb")
    place = crumbs.count()
    cell(page, "probabilities", 0).focus()
    for board, lead in (("exponentials", 1), ("input", 0), ("input", 1), ("input", 1), ("input", 1)):
        page.keyboard.press("Enter")
        place += lead
        expect(crumbs).to_have_count(place)
        expect(page.locator(f'.stride [data-board="{board}"]:focus')).to_have_count(1)
    crumbs.nth(1).focus()
    with answered(page):
        page.keyboard.press("Enter")
    expect(crumbs.nth(1)).to_be_focused()


def test_a_button_that_is_switched_off_by_its_own_use_keeps_the_focus(open_page):
    page = open_page("/convolution?example=three-channels-three-filters")
    check = page.get_by_role("button", name="Run it in PyTorch")
    check.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".block.ask .notice")).to_contain_text("largest difference")
    expect(check).to_be_focused()


def test_marks_and_switches_can_be_told_apart_in_forced_colours(open_page):
    page = open_page("/convolution?example=three-channels-three-filters", forced_colors="active")

    def look(node: Locator, name: str) -> str:
        return node.evaluate("(node, name) => getComputedStyle(node)[name]", name)

    cell(page, "weight", 0, 0, 0, 0).hover()
    lit, plain = page.locator(".cell.lit").first, page.locator(".cell:not(.lit, .in-window)").first
    assert look(lit, "boxShadow") != look(plain, "boxShadow")
    grounds = "(nodes) => new Set(nodes.map((node) => getComputedStyle(node).backgroundColor)).size"
    assert page.locator('[data-board="weight"]').evaluate_all(grounds) > 2
    stages = control(page, "stages")
    before = look(stages, "outlineStyle")
    stages.click()
    page.mouse.move(0, 0)
    stages.evaluate("(node) => node.blur()")
    assert (before, look(stages, "outlineStyle")) == ("none", "solid")


def test_a_chart_is_zoomed_by_buttons_too(open_page):
    page = open_page("/batch_norm")
    plot = page.locator("[data-plot]", has=page.locator(".modebar-btn")).first
    span = "(node) => node._fullLayout.yaxis.range[1] - node._fullLayout.yaxis.range[0]"
    before = plot.evaluate(span)
    zoom = plot.locator('.modebar-btn[data-title="Zoom in"]')
    zoom.focus()
    expect(zoom).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_function(f"([node, before]) => ({span})(node) < before", arg=[plot.element_handle(), before])
