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
from tests.browser.driver import rerun, settle

READ = """
() => [...document.querySelectorAll('table.sx-cells')].map((table) => [...table.rows].slice(1).map((row) =>
  [...row.querySelectorAll('td')].map((cell) => cell.innerText)))
"""


pytestmark = pytest.mark.browser


def numbers(page: Page) -> np.ndarray:
    """The channels' numbers, (C, H, W), as the page shows them."""
    return np.array([[[reading.value_of(t) for t in row] for row in board] for board in page.evaluate(READ)])


def path_of(page: Page) -> str:
    url = urlsplit(page.url)
    return f"{url.path}?{url.query}"


def test_a_deep_link_shows_its_numbers_and_leads_on(open_page):
    page = open_page("/input?x=pic.scene.rgb.8.0-255")
    expected = picture_from_text("pic.scene.rgb.8.0-255").values
    assert (numbers(page) == expected).all()
    with rerun(page):
        page.get_by_role("link", name="Step through a convolution").click()
    page.wait_for_selector(".stride")
    assert page.url.split("/")[-1].startswith("convolution?")
    assert "x=pic.scene.rgb.8.0-255" in page.url
    assert (reading.read(page).boards["input"] == expected).all()


def test_pointing_at_a_pixel_lights_it_in_every_channel(open_page):
    page = open_page("/input?x=pic.scene.rgb.8.0-255")
    values = picture_from_text("pic.scene.rgb.8.0-255").values
    say = page.locator(".sx-say")

    def line(i: int, j: int) -> str:
        return f"x[0, :, {i}, {j}] = [{', '.join(f'{v:g}' for v in values[:, i, j])}]"

    page.locator("table[data-channel='1'] td[data-at='2,5']").hover()
    expect(say).to_have_text(line(2, 5))
    expect(page.locator(".sx-linked .on[data-at='2,5']")).to_have_count(4)
    page.locator(".sx-pixels i[data-at='6,1']").click()
    page.mouse.move(5, 5)
    expect(say).to_have_text(line(6, 1))
    page.locator(".sx-pixels").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(say).to_have_text(line(7, 2))
    page.keyboard.press("Escape")
    expect(page.locator(".sx-linked td.on")).to_have_count(0)


def choose_size(page, size):
    """Type a size until the page has taken it: on a busy machine the field can be drawn anew while one types."""
    for _ in range(4):
        page.get_by_label("Size").fill(str(size))
        page.get_by_label("Size").press("Enter")
        settle(page, quiet_ms=1000)
        if page.get_by_label("Size").input_value() == str(size):
            return
    raise AssertionError(f"the page does not take the size {size}")


def test_an_uploaded_picture_comes_back_from_its_link(open_page):
    pixels = np.random.default_rng(7).integers(0, 256, (12, 12, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    page = open_page("/input?source=Upload")
    # Chosen first, so that the file is read once at this size.
    choose_size(page, 12)
    with rerun(page):
        page.locator("input[type=file]").set_input_files(
            {"name": "<img src=x>.png", "mimeType": "image/png", "buffer": file.getvalue()}
        )
    expected = pictures.tensor(pixels, 12, "rgb", "0-9")
    assert (numbers(page) == expected).all()
    assert (numbers(open_page(path_of(page))) == expected).all()


def test_numbers_are_typed_and_come_back_from_their_link(open_page):
    page = open_page("/input?source=Numbers")
    box = page.get_by_label("Numbers, a row to a line")
    with rerun(page):
        box.fill("1 0 -1\n2 0.5 -2")
        box.press("Control+Enter")
    expected = [[[1, 0, -1], [2, 0.5, -2]]]
    assert numbers(page).tolist() == expected
    with rerun(page):
        box.fill("1 0 -1\n2 0,5 -2 9")
        box.press("Control+Enter")
    expect(page.get_by_text("Channel 0, row 1 has both commas and spaces")).to_be_visible()
    assert numbers(page).tolist() == expected
    assert numbers(open_page(path_of(page))).tolist() == expected


def test_a_photo_becomes_numbers(open_page):
    page = open_page("/input?source=Camera")
    page.get_by_role("button", name="Open the camera").click()
    page.wait_for_function("document.querySelector('video')?.currentTime > 0")
    with rerun(page):
        page.get_by_role("button", name="Take Photo").click()
    assert numbers(page).shape == (3, 6, 6)
    assert page.url.count("x=3x6x6_") == 1


def test_a_bad_link_gets_a_sentence(open_page):
    page = open_page("/input?x=pic.dog.rgb.6.0-9&source=%3Cb%3E")
    expect(page.locator(".st-key-problems")).to_contain_text('there is no picture "dog"')
    assert numbers(page).shape == (3, 6, 6)


def test_on_a_phone_in_the_dark_nothing_sticks_out(open_page):
    page = open_page("/input?x=pic.scene.rgb.16.0-255", mobile=True, dark=True)
    for selector in ("table.sx-cells", ".sx-pixels", ".sx-shape"):
        for box in page.locator(selector).all():
            seen = box.bounding_box()
            assert seen["x"] >= 0
            assert seen["x"] + seen["width"] <= 390 + 1
    page.locator("table[data-channel='0'] td[data-at='3,3']").tap()
    expect(page.locator(".sx-say")).to_contain_text("x[0, :, 3, 3]")
