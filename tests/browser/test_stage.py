"""The stage, measured on every page: what fills the screen, what can be read, what is cut, and what jumps."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import DESKTOP, PHONE, answered, settle
from tests.browser.reading import cell, control, player, type_into

pytestmark = pytest.mark.browser

LARGE, TABLET = (1920, 1080), (820, 1180)
DIGIT = "x=pic.digit.grey.12.0-9"
# The pages, and the least side of an input's cell at 1280 and at 1920 pixels, where the page has such cells.
PAGES = {
    "": None,
    "input": None,
    f"convolution?{DIGIT}&view=numbers": (24, 34),
    f"activation?{DIGIT}": (24, 34),
    f"pooling?{DIGIT}": (24, 34),
    "fully_connected?example=hidden": (34, 48),
    "output_loss": (34, 48),
    "transposed": (34, 48),
    "batch_norm": (34, 48),
    "forward": None,
    "backward": None,
    "learning": None,
    "learning?part=step": None,
    "training": None,
    "inside": None,
    "calculator": None,
    "practice": None,
    "questions": None,
    "check": None,
    "sets": None,
    "set?set=11B60007NPD13MK038H&learner=Ada": None,
    "results": None,
}
# What is typed into a cell: two of them are longer than a cell of a large picture can hold in letters of 12 pixels.
NUMBERS = ("-12.5", "-123.25", "0.3333", "7")  # of a logit, −12.5 makes a trace of another form
BAR = 120  # of a play bar on a phone: three lines
# One act on a page that has no board to edit.
ACTS = {
    "input": lambda page: page.get_by_role("button", name="RGB", exact=True).click(),
    "check": lambda page: page.get_by_label("function", exact=True).select_option(index=2),
    "forward": lambda page: page.locator(".network .target select").select_option(index=1),
    "backward": lambda page: control(page, "next").first.click(),
    "learning": lambda page: page.get_by_role("button", name="Take 1", exact=True).click(),
    "learning?part=step": lambda page: page.get_by_role("button", name="Take 1", exact=True).click(),
    "inside": lambda page: control(page, "channel-next").click(),
    "calculator": lambda page: page.get_by_role("button", name="More padding").click(),
}
# Where the same act is done on a phone, too.
ON_A_PHONE = ("input", "questions", "check")
# A button that asks for something, or changes the page, where there is no player.
PRESSED = {
    "practice": "Show me",
    "questions": "Show me",
    "set?set=11B60007NPD13MK038H&learner=Ada": "Show me",
    "sets": "With a stride",
    "training": "Standard",
}
# What is wrong with a page as it stands: texts smaller than 12 pixels, texts that are cut or lie over one another,
# numbers that are wider than their cells; on a phone, what is to be pressed and is smaller than 24 pixels. Shadow trees
# are looked into; SVG counts as it is scaled.
LOOK = r"""
(phone) => {
  const found = new Set();
  const texts = [];
  const say = (what, node) => found.add(`${what}: ${node.tagName}.${node.className.baseVal ?? node.className} ` +
    `${node.textContent.trim().slice(0, 40)}`);
  const seen = new WeakMap();
  const parent = (node) => node.assignedSlot ?? node.parentElement ?? node.getRootNode().host;
  const hides = ({ overflowX }) => overflowX === 'hidden' || overflowX === 'clip';
  const scrolls = ({ overflowX }) => overflowX === 'auto' || overflowX === 'scroll';
  const cued = ({ maskImage, scrollbarWidth, textOverflow, overflowX }) =>
    maskImage !== 'none' || (hides({ overflowX }) ? textOverflow === 'ellipsis' : scrollbarWidth !== 'none');
  // Of an element: whether it can be seen, and what may cut it off.
  const about = (node) => {
    if (!node) return { shown: true };
    if (!seen.has(node)) {
      const { shown, cutter } = about(parent(node));
      const style = getComputedStyle(node);
      const cuts = scrolls(style) || (hides(style) && cued(style)) ? undefined : hides(style) ? node : cutter;
      seen.set(node, { shown: shown && style.clipPath === 'none' && style.opacity !== '0', cutter: cuts });
    }
    return seen.get(node);
  };
  const judge = (node) => {
    const box = node.getBoundingClientRect();
    if (!box.width || !about(node).shown) return;
    const style = getComputedStyle(node);
    const wide = node.clientWidth > 4 && node.scrollWidth > node.clientWidth + 1;
    if (wide && style.overflowX !== 'visible' && !cued(style) && node.innerText?.trim()) say('cut', node);
    const own = [...node.childNodes].filter((child) => child.nodeType === 3 && child.data.trim());
    if (!own.length) return;
    const matrix = node.ownerSVGElement && node.getScreenCTM();
    const drawn = node.matches('.letters') ? box.height / node.offsetHeight : 1;
    const size = parseFloat(style.fontSize) * (matrix ? Math.hypot(matrix.a, matrix.b) : drawn);
    if (size && size < 11.95) say(`${size.toFixed(1)} px`, node);
    const range = document.createRange();
    range.selectNodeContents(own[0]);
    const text = range.getBoundingClientRect();
    const cell = node.closest('[data-board]')?.getBoundingClientRect();
    if (cell && text.width > cell.width + 1) say('wider than its cell', node);
    const edge = about(node).cutter?.getBoundingClientRect();
    if (edge && (text.right > edge.right + 1 || text.left < edge.left - 1)) say('cut', node);
    if (!node.ownerSVGElement && !node.closest('math')) note(node, own, size);
  };
  // Where the letters of an element are, line by line: the middle of a line's box, as far as nothing hides it.
  const note = (node, own, size) => {
    let [left, right, top, bottom] = [-Infinity, Infinity, -Infinity, Infinity];
    for (let up = node; up; up = parent(up)) {
      if (getComputedStyle(up).overflow === 'visible') continue;
      const box = up.getBoundingClientRect();
      [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
      [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
    }
    for (const child of own) {
      const range = document.createRange();
      range.selectNodeContents(child);
      for (const line of range.getClientRects()) {
        const middle = (line.top + line.bottom) / 2;
        const [above, below] = [Math.max(top, middle - 0.35 * size), Math.min(bottom, middle + 0.35 * size)];
        const [start, end] = [Math.max(left, line.left), Math.min(right, line.right)];
        if (above < below && start < end) texts.push({ node, above, below, start, end });
      }
    }
  };
  const overlaps = () => {
    texts.sort((a, b) => a.above - b.above);
    texts.forEach((one, k) => {
      for (let n = k + 1; n < texts.length && texts[n].above < one.below - 1; n++) {
        const other = texts[n];
        if (other.node === one.node || other.start > one.end - 1 || one.start > other.end - 1) continue;
        say(`over “${other.node.textContent.trim().slice(0, 30)}”`, one.node);
      }
    });
  };
  // A link in a line of text is as tall as the line.
  const small = (node) => {
    const box = (node.closest('label') ?? node).getBoundingClientRect();
    const aside = node.matches('a') && getComputedStyle(node).display === 'inline';
    if (!box.width || !about(node).shown || aside || Math.min(box.width, box.height) >= 23.95) return;
    say(`${box.width.toFixed(0)}×${box.height.toFixed(0)} to press`, node);
  };
  const PRESSED = 'button, a[href], summary, select, input:not([type="file"]), [role="button"], [role="switch"]';
  const walk = (root) => {
    for (const node of root.querySelectorAll('*')) {
      if (node.shadowRoot) walk(node.shadowRoot);
      if (!node.checkVisibility({ visibilityProperty: true })) continue;
      judge(node);
      if (phone && node.matches(PRESSED)) small(node);
    }
  };
  walk(document.querySelector('[data-testid="stMain"]'));
  overlaps();
  return [...found];
}
"""
# By how much the page has shifted since some time, and what shifted most.
SHIFTS = """
(since) => new Promise((resolve) => {
  const found = [];
  const observer = new PerformanceObserver((list) => found.push(...list.getEntries()));
  observer.observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => {
    observer.disconnect();
    const entries = found.filter(({ startTime }) => startTime >= since);
    const named = ({ node }) => node?.className ?? node?.nodeName;
    const most = entries.sort((a, b) => b.value - a.value)[0];
    resolve([entries.reduce((sum, { value }) => sum + value, 0), most ? most.sources.map(named).join(' | ') : '']);
  }, 100);
})
"""
# How far down a window is filled, as a share of its height: by texts, pictures and what can be typed into.
FILLED = """
() => {
  const bottoms = [0];
  const walk = (root) => {
    for (const node of root.querySelectorAll('*')) {
      if (node.shadowRoot) walk(node.shadowRoot);
      const text = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
      if (!text && !node.matches('textarea, input, img, canvas, rect')) continue;
      if (node.checkVisibility()) bottoms.push(node.getBoundingClientRect().bottom);
    }
  };
  walk(document.querySelector('[data-testid="stMain"]'));
  return Math.min(1, Math.max(...bottoms) / innerHeight);
}
"""
SIDE = "(node) => Math.min(node.getBoundingClientRect().width, node.getBoundingClientRect().height)"
OVER = """
() => [document.documentElement, document.querySelector('[data-testid="stMain"]')].map(
  ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)
"""


def judge(page: Page, size: tuple[int, int]) -> list[str]:
    """What is wrong with a page as it stands at a size."""
    if page.viewport_size != {"width": size[0], "height": size[1]}:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        settle(page)
    wrong = page.evaluate(LOOK, size == PHONE)
    if max(page.evaluate(OVER)) > 0:
        wrong.append("wider than the window")
    return [f"{size[0]}×{size[1]}: {what}" for what in wrong]


def shifted(page: Page, what: str, most: float, since: float = 0.0) -> list[str]:
    moved, mover = page.evaluate(SHIFTS, since)
    return [f"{what} shifts by {moved:.3f}: {mover}"] if moved > most else []


def now(page: Page) -> float:
    return page.evaluate("performance.now()")


def play(page: Page) -> list[str]:
    """Play some steps at full speed; what jumps is wrong, and on a phone what cannot be seen meanwhile."""
    control(page, "speed").first.select_option("5")
    settle(page)
    control(page, "first").first.click()
    settle(page)
    since, before = now(page), int(player(page).first.get_attribute("data-step"))
    control(page, "play").first.click()
    page.wait_for_function("() => new Promise((done) => setTimeout(() => done(true), 900))")
    wrong = unseen(page) if page.viewport_size["width"] == PHONE[0] else []
    if player(page).first.get_attribute("data-playing") == "true":
        control(page, "play").first.click()
    settle(page)
    assert int(player(page).first.get_attribute("data-step")) > before
    return wrong + shifted(page, "a play", 0.01, since)


# Where a play stands at one moment: what is read, what is written (the frame, or the board where all of it is meant),
# and the button that stops it; their upper and lower edges.
PLAYED = """
(root) => {
  const shown = (name) => [...root.querySelectorAll(name)].find((node) => node.getBoundingClientRect().width > 0);
  const parts = {
    input: shown('.pane.input .frame') ?? shown('.pane.input .cells'),
    output: shown('.pane.output .frame') ?? shown('.pane.output .cells'),
    play: shown('[data-control="play"]'),
  };
  const edges = (node) => [node.getBoundingClientRect().top, node.getBoundingClientRect().bottom];
  return Object.entries(parts).map(([name, node]) => [name, ...edges(node)]);
}
"""


def unseen(page: Page) -> list[str]:
    """What of a play is not on the screen below the header: what is read, what is written, what stops it."""
    tall, header = page.viewport_size["height"], 60
    seen = player(page).first.evaluate(PLAYED)
    return [f"{name} out of sight" for name, top, bottom in seen if not (header <= top and bottom <= tall)]


def edit(page: Page, size: tuple[int, int], numbers: tuple[str, ...] = NUMBERS) -> list[str]:
    """Give a cell of the input other numbers, longer ones, too; what jumps or can't be read is wrong."""
    first, wrong = page.locator(".pane.input .cell:not(.padding)").first, []
    for number in numbers:
        since = now(page)
        with answered(page):
            type_into(first, number)
        wrong += shifted(page, f"an edit to {number}", 0.01, since)
        wrong += judge(page, size)
    return wrong


def act(page: Page, path: str, size: tuple[int, int]) -> list[str]:
    """Do one act on a page; what jumps is wrong."""
    since = now(page)
    if path in ACTS:
        with answered(page):
            ACTS[path](page)
    else:
        page.get_by_text(PRESSED[path], exact=True).first.click()
        settle(page)
    return shifted(page, "an act", 0.01, since) + judge(page, size)


def sides(page: Page) -> float:
    return page.locator(".pane.input:visible .cell").first.evaluate(SIDE)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_fills_its_screen_can_be_read_and_stands_still(path, open_page):
    page = open_page(f"/{path}", together=None, fresh=True)
    wrong = shifted(page, "the arrival", 0.05)
    wrong += judge(page, DESKTOP)
    cells = [sides(page)] if PAGES[path] else []
    if control(page, "play").count():
        wrong += play(page)
    if PAGES[path]:
        wrong += edit(page, DESKTOP)
    if path in ACTS or path in PRESSED:
        wrong += act(page, path, DESKTOP)
    wrong += judge(page, LARGE)
    if (filled := page.evaluate(FILLED)) < 0.6:
        wrong.append(f"a large screen filled to {filled:.2f}")
    cells += [sides(page)] if PAGES[path] else []
    wrong += judge(page, TABLET)
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    phone = open_page(f"/{path}", mobile=True, together=None, fresh=True)
    wrong += [f"phone: {what}" for what in shifted(phone, "the arrival", 0.05)]
    wrong += judge(phone, PHONE)
    bars = phone.locator(".stride > .bar").evaluate_all(
        "(bars) => bars.map((bar) => bar.getBoundingClientRect().height)"
    )
    wrong += [f"phone: a play bar of {tall} px" for tall in bars if tall > BAR]
    if PAGES[path]:
        wrong += [f"phone: {what}" for what in play(phone) + edit(phone, PHONE, NUMBERS[:1])]
    if path in ON_A_PHONE:
        wrong += [f"phone: {what}" for what in act(phone, path, PHONE)]
    assert [side >= least for side, least in zip(cells, PAGES[path] or (), strict=True)].count(False) == 0, cells
    assert not wrong, "\n".join(wrong)


def test_what_is_wrong_is_seen(open_page):
    page = open_page("/convolution?x=pic.digit.grey.64.0-9")
    titles = [page.locator(f".title.of-{kind}") for kind in ("input", "output")]
    expect(titles[0]).to_have_text("input, rows 29 to 35, columns 29 to 35 of 1×64×64")  # a part says of what
    expect(titles[1]).to_have_text("output, rows 29 to 33, columns 29 to 33 of 1×62×62")
    assert judge(page, DESKTOP) == []
    page.evaluate(
        """() => {
          const planted = document.createElement('div');
          planted.style = 'position: relative; height: 0; font: 16px sans-serif';
          planted.innerHTML = '<div>One</div><div style="margin-top: -20px">Two</div>' +
            '<p style="font-size: 9px">Three</p><button style="width: 20px; height: 20px; padding: 0"></button>';
          document.querySelector('[data-testid="stMain"]').prepend(planted);
        }"""
    )
    found = " ".join(page.evaluate(LOOK, True))
    for what in ("over “One”", "9.0 px: P. Three", "20×20 to press"):
        assert what in found
    page.reload()


def test_one_channel_or_all_of_them_as_the_learner_wants_it(open_page):
    page = open_page("/convolution?example=three-channels-three-filters", together=None)
    shown = page.locator(".pane.input:visible")
    expect(shown).to_have_count(1)
    assert sides(page) >= 34
    control(page, "channel-2").click()
    expect(cell(page, "input", 2, 0, 0)).to_be_visible()
    control(page, "together").click()
    expect(shown).to_have_count(3)
    expect(control(page, "together")).to_have_attribute("aria-pressed", "true")
    page.reload()
    settle(page)
    expect(shown).to_have_count(3)  # as this browser keeps it
    control(page, "channel-1").click()
    expect(shown).to_have_count(1)
    for size in ((1920, 1080), (3840, 2160)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        settle(page)
        assert sides(page) >= 48
        control(page, "present").click()
        expect(player(page)).to_have_class(re.compile("presenting"))
        assert sides(page) >= 48 * size[0] / 1920
        box = player(page).evaluate("(n) => [n.scrollWidth - n.clientWidth, n.scrollHeight - n.clientHeight]")
        assert max(box) <= 0
        control(page, "present").click()
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})


TONES = """
() => Object.fromEntries([...document.querySelectorAll('*')].flatMap((node) => [...(node.shadowRoot?.querySelectorAll(
  '.pane.input .cell') ?? [])]).map((cell) => [cell.dataset.index, cell.dataset.tone]))
"""


@pytest.mark.parametrize("still", [False, True], ids=["flash", "reduced-motion"])
def test_an_edit_marks_what_changed_and_leaves_the_colours_of_the_rest(still, open_page):
    page = open_page(f"/convolution?{DIGIT}&view=numbers", reduced_motion=still)
    legend, first = page.locator(".legend"), cell(page, "input", 0, 0, 0)

    def put(text: str) -> list[str]:
        before = page.evaluate(TONES)
        with answered(page):
            type_into(first, text)
        after = page.evaluate(TONES)
        assert len(after) == 144
        flashes = page.locator(".cell.flashes").evaluate_all("(cells) => cells.map((c) => c.dataset.board)")
        assert flashes[0] == "input" and flashes.count("input") == 1 and "output" in flashes
        style = first.evaluate("(node) => [getComputedStyle(node).animationName, getComputedStyle(node).outlineStyle]")
        assert (style == ["none", "dashed"]) if still else style[0].startswith("flashes")
        return [index for index in after if after[index] != before[index]]

    assert put("5") == ["0,0,0"]
    assert len(put("20")) > 20  # beyond the scale, which grows, and it is said
    expect(legend).to_contain_text("input: full colour is 20 now")
    assert put("3") == ["0,0,0"]  # and stays as it is
    expect(legend).not_to_contain_text("full colour")
    assert len(put("-2")) > 20  # a picture with a number below 0 is coloured by sign, and that is said
    expect(legend).to_contain_text("input: coloured by sign now")
    put("3")
    expect(legend).to_contain_text("input: shades of grey again")


def test_a_turned_knob_stays_under_the_pointer(open_page):
    page = open_page("/convolution?example=one-channel", size=TABLET)
    more = page.get_by_role("button", name="More padding")
    more.scroll_into_view_if_needed()
    before, tall = more.bounding_box(), player(page).bounding_box()["height"]
    with answered(page):
        page.mouse.click(before["x"] + 5, before["y"] + 5)
    assert abs(player(page).bounding_box()["height"] - tall) > 5
    assert abs(more.bounding_box()["y"] - before["y"]) <= 1
