"""The Input page in a browser: numbers as seen, uploads, typing, the camera, links, light, dark and phone."""

import io
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from engine.data import pictures
from pages.states.picture import picture_from_text
from tests.browser import reading
from tests.browser.driver import acted, answered, rerun, take_photo

READ = """
(tables) => tables.map((table) => [...table.rows].slice(1).map((row) =>
  [...row.querySelectorAll('td')].map((cell) => cell.innerText || cell.textContent)))
"""
CELLS = "(cells) => Math.min(...cells.map((cell) => Math.min(cell.offsetWidth, cell.offsetHeight)))"
FONTS = "(nodes) => Math.min(...nodes.map((node) => parseFloat(getComputedStyle(node).fontSize)))"
SHIFTS = """
window.shifted = 0;
const add = ({ hadRecentInput, value }) => hadRecentInput || (window.shifted += value);
new PerformanceObserver((list) => list.getEntries().forEach(add)).observe({ type: 'layout-shift', buffered: true });
"""

pytestmark = pytest.mark.browser


def numbers(page: Page) -> np.ndarray:
    """The channels' numbers, (C, H, W), as the page shows them."""
    boards = page.locator("table.sx-cells").evaluate_all(READ)
    return np.array([[[reading.value_of(t) for t in row] for row in board] for board in boards])


def path_of(page: Page) -> str:
    url = urlsplit(page.url)
    return f"{url.path}?{url.query}"


def test_no_choice_makes_a_script_run_and_undo_takes_it_back(open_page):
    page = open_page("/input")
    assert (numbers(page) == picture_from_text("pic.digit.grey.12.0-9").values).all()
    for button, text in (("scene", "scene.grey.12.0-9"), ("RGB", "scene.rgb.12.0-9"), ("0–255", "scene.rgb.12.0-255")):
        with answered(page):
            page.get_by_role("button", name=button, exact=True).click()
        assert path_of(page) == f"/input?x=pic.{text}"
        assert (numbers(page) == picture_from_text(f"pic.{text}").values).all()
    with answered(page):
        reading.knob(page, "size").press("ArrowDown")
    with answered(page):
        page.get_by_role("button", name="A batch").click()
    assert path_of(page).endswith("x=pic.scene.rgb.11.0-255*pic.digit.rgb.11.0-255")
    with answered(page):
        page.get_by_role("button", name="x[1] digit").click()
    assert (numbers(page) == picture_from_text("pic.digit.rgb.11.0-255").values).all()
    for left in ("scene.rgb.11.0-255*pic.digit.rgb.11.0-255", "scene.rgb.11.0-255", "scene.rgb.12.0-255"):
        with acted(page):
            page.get_by_role("button", name="Undo").click()
            page.wait_for_url(lambda url, left=left: url.endswith(f"x=pic.{left}"))
    assert (numbers(page) == picture_from_text("pic.scene.rgb.12.0-255").values).all()
    with acted(page):
        page.get_by_role("button", name="Share").click()
        page.get_by_text("Link and QR code").click()
    expect(page.locator(".popup .code pre").first).to_contain_text("input?x=pic.scene.rgb.12.0-255")


def test_a_deep_link_shows_its_numbers_and_leads_on(open_page):
    page = open_page("/input?x=pic.scene.rgb.8.0-255")
    expected = picture_from_text("pic.scene.rgb.8.0-255").values
    assert (numbers(page) == expected).all()
    assert page.locator("nav.path .where").first.inner_text() == "1 of 11"
    with rerun(page):
        page.get_by_role("link", name="Next: Convolution, with this picture").first.click()
    page.wait_for_selector(".stride")
    assert page.url.split("/")[-1].startswith("convolution?")
    assert "x=pic.scene.rgb.8.0-255" in page.url
    assert (reading.read(page).boards["input"] == expected).all()


def test_pointing_at_a_pixel_lights_it_in_every_channel(open_page):
    page = open_page("/input?x=pic.scene.rgb.8.0-255", size=(1920, 1080))
    values = picture_from_text("pic.scene.rgb.8.0-255").values
    say = page.locator(".sx-say")

    def line(i: int, j: int) -> str:
        return f"x[0, :, {i}, {j}] = [{', '.join(f'{v:g}' for v in values[:, i, j])}]"

    page.locator("table[data-channel='1'] td[data-at='2,5']").hover()
    expect(say).to_have_text(line(2, 5))
    expect(page.locator(".sx .on[data-at='2,5']:visible")).to_have_count(4)
    page.locator(".sx-pixels i[data-at='6,1']").click()
    page.mouse.move(5, 5)
    expect(say).to_have_text(line(6, 1))
    page.locator(".sx-pixels").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(say).to_have_text(line(7, 2))
    page.keyboard.press("Escape")
    expect(page.locator(".sx td.on")).to_have_count(0)
    page.locator(".sx-choice").get_by_role("button", name="green").click()
    expect(page.locator("table.sx-cells:visible")).to_have_count(1)
    expect(page.locator("table.sx-cells:visible")).to_have_attribute("data-channel", "1")


def test_cells_fill_the_place_that_there_is_and_nothing_moves_on_arrival(open_page):
    page = open_page("/input")
    page.add_init_script(SHIFTS)
    for size, least in (((1280, 720), 34), ((1920, 1080), 48), ((390, 844), 24)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.reload()
        page.wait_for_selector(".sx-pixels")
        page.wait_for_timeout(1500)
        assert page.locator("table.sx-cells td[data-at]").evaluate_all(CELLS) >= least, size
        assert page.locator(".page *").evaluate_all(FONTS) >= 12
        assert page.evaluate("window.shifted") <= 0.05, size
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.goto(page.url.replace("/input", "/"))
    page.wait_for_selector(".alive-pixels")
    page.wait_for_timeout(1500)
    assert page.evaluate("window.shifted") <= 0.05, "Home, while it plays"


def test_an_uploaded_picture_is_made_anew_at_every_size_and_comes_back_from_its_link(open_page):
    pixels = np.random.default_rng(7).integers(0, 256, (24, 24, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    page = open_page("/input?x=pic.digit.rgb.12.0-9")
    page.get_by_role("button", name="Own picture").click()
    with rerun(page):
        page.locator("input[type=file]").set_input_files(
            {"name": "<img src=x>.png", "mimeType": "image/png", "buffer": file.getvalue()}
        )
    expect(page.get_by_role("button", name="Your picture")).to_have_attribute("aria-pressed", "true")
    assert (numbers(page) == pictures.tensor(pixels, 12, "rgb", "0-9")).all()
    page.keyboard.press("Escape")
    with answered(page):
        reading.knob(page, "size").fill("16")
        reading.knob(page, "size").press("Enter")
    expected = pictures.tensor(pixels, 16, "rgb", "0-9")
    assert (numbers(page) == expected).all()
    assert (numbers(open_page(path_of(page))) == expected).all()


def test_numbers_are_typed_and_come_back_from_their_link(open_page):
    page = open_page("/input?source=Numbers")
    box = page.get_by_label("Numbers, one row a line")
    with answered(page):
        box.fill("1 0 -1\n2 0.5 -2")
        box.press("Control+Enter")
    expected = [[[1, 0, -1], [2, 0.5, -2]]]
    assert numbers(page).tolist() == expected
    with answered(page):
        box.fill("1 0 -1\n2 0,5 -2 9")
        page.get_by_role("button", name="Take these numbers").click()
    expect(page.get_by_text("Channel 0, row 1 has both commas and spaces")).to_be_visible()
    assert numbers(page).tolist() == expected
    assert numbers(open_page(path_of(page))).tolist() == expected


def test_a_photo_becomes_numbers(open_page):
    page = open_page("/input?x=pic.digit.rgb.6.0-9")
    page.get_by_role("button", name="Own picture").click()
    with rerun(page):
        page.get_by_text("Camera", exact=True).click()
    take_photo(page)
    page.wait_for_url("**/input?x=3x6x6_*")
    assert numbers(page).shape == (3, 6, 6)


def test_a_bad_link_gets_a_sentence(open_page):
    page = open_page("/input?x=pic.dog.rgb.6.0-9&source=%3Cb%3E")
    expect(page.get_by_text('there is no picture "dog"')).to_be_visible()
    assert numbers(page).shape == (3, 6, 6)


def test_on_a_phone_in_the_dark_nothing_sticks_out(open_page):
    page = open_page("/input?x=pic.scene.rgb.16.0-255", mobile=True, dark=True)
    for selector in ("table.sx-cells:visible", ".sx-pixels", ".sx-shape"):
        for box in page.locator(selector).all():
            seen = box.bounding_box()
            assert seen["x"] >= 0
            assert seen["x"] + seen["width"] <= 390 + 1
    page.locator("table[data-channel='0'] td[data-at='3,3']").tap()
    expect(page.locator(".sx-say")).to_contain_text("x[0, :, 3, 3]")
