"""What is taken along from a player, and what is taken back, read as a user has it."""

import csv
import io
import re
from xml.etree import ElementTree

import numpy as np
import openpyxl
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from engine.facts.examples import CONVOLUTION
from engine.spreadsheet.layout import Layout
from tests.browser.driver import DESKTOP, answered, settle
from tests.browser.reading import cell, knob, player, query, read, type_into

pytestmark = pytest.mark.browser

EXAMPLE = CONVOLUTION["three-channels-three-filters"]
STEPS = len(EXAMPLE.layer.trace(EXAMPLE.input, **EXAMPLE.parameters).steps)


def share(page: Page, label: str) -> bytes:
    """Press a button of the menu and return the file."""
    if not page.locator(".popup:popover-open").count():
        page.get_by_role("button", name="Share").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=label).click()
    return download.value.path().read_bytes()


def texts(svg: bytes) -> list[str]:
    """Every text of an SVG picture, from left to right and down as it was drawn."""
    return [node.text for node in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_the_link_and_its_qr_code_follow_an_edit_and_open_its_numbers(open_page):
    page = open_page("/convolution?example=three-channels-three-filters")
    page.get_by_role("button", name="Share").click()
    with answered(page):
        page.get_by_text("Link and QR code").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Share")).to_be_focused()
    type_into(cell(page, "input", 0, 0, 0), "7")
    page.get_by_role("button", name="Share").click()
    shown = page.locator(".qr svg")
    expect(page.locator(".popup .code code").first).to_contain_text("x=3x6x6_7_")
    link = page.locator(".popup .code code").first.inner_text()
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(shown.screenshot())))
    assert found.text == link == page.url
    with answered(page):
        page.get_by_text("Code for a page of yours").click()
    frame = page.locator(".popup .code code").last.inner_text()
    source = re.search(r'src="([^"]+)"', frame)[1].replace("&amp;", "&")
    assert source == f"{link}&embed=true"


def test_a_picture_has_the_numbers_that_the_player_shows(open_page):
    page = open_page("/convolution?step=7")
    seen = read(page)
    drawn = texts(share(page, "SVG"))
    assert drawn[0] == "Slide a kernel over the input; multiply, add, write one cell."
    for board in ("input", "weight", "products"):
        shown = page.locator(f'[data-board="{board}"]').all_inner_texts()
        begin = next(k for k in range(len(drawn)) if drawn[k : k + 3] == shown[:3])
        rest = iter(drawn[begin:])
        assert all(number in rest for number in shown), board
    assert "R 0 + G 2 + B −1 + bias 2 = 3" in drawn and seen.boards["total"].item() == 3
    assert drawn[-1] == page.locator(".inspector .says").inner_text()
    png = Image.open(io.BytesIO(share(page, "PNG")))
    assert png.width > 1200 and len(png.convert("RGB").getcolors(100_000)) > 20


def test_an_animation_has_a_picture_for_each_step(open_page):
    page = open_page("/convolution?example=three-channels-three-filters")
    gif = Image.open(io.BytesIO(share(page, "GIF")))
    assert gif.n_frames == STEPS == 48 and gif.info["duration"] == 1200
    page = open_page("/convolution?x=1x12x12&weight=8x1x3x3&out_channels=8")
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="GIF").click()
    expect(page.get_by_role("alert").filter(has_text="an animation has at most 100 pictures")).to_be_visible()


def test_numbers_are_those_of_the_boards(open_page):
    page = open_page("/convolution?example=three-channels-three-filters")
    seen = read(page)
    with np.load(io.BytesIO(share(page, "NumPy"))) as arrays:
        np.testing.assert_array_equal(arrays["input"], seen.boards["input"])
        assert arrays["output"].shape == (3, 4, 4)
    rows = list(csv.DictReader(io.StringIO(share(page, "CSV").decode())))
    first = next(row for row in rows if (row["board"], row["index"]) == ("input", "0 1 2"))
    assert float(first["value"]) == seen.boards["input"][0, 1, 2]
    sheet = openpyxl.load_workbook(io.BytesIO(share(page, "Spreadsheet")))["Trace"]
    row, column = Layout(EXAMPLE.layer.trace(EXAMPLE.input, **EXAMPLE.parameters)).at("input", 0)
    written = [[cell.value for cell in row] for row in sheet.iter_rows(row + 1, row + 6, column + 1, column + 6)]
    np.testing.assert_array_equal(written, seen.boards["input"][0])


def test_a_lesson_as_one_file_is_opened_from_disk_and_stepped(open_page, browser, tmp_path):
    page = open_page("/convolution?step=3")
    content = share(page, "HTML")
    assert len(content) <= 500_000
    (file := tmp_path / "lesson.html").write_bytes(content)
    alone = browser.new_context(offline=True).new_page()
    troubles = []
    alone.on("pageerror", lambda error: troubles.append(str(error)))
    alone.goto(file.as_uri())
    assert read(alone).step == 3
    player(alone).focus()
    alone.keyboard.press("End")
    last = EXAMPLE.layer.forward(EXAMPLE.input, **EXAMPLE.parameters)[-1, -1, -1]
    assert (read(alone).step, read(alone).boards["total"].item()) == (STEPS - 1, last)
    cell(alone, "input", 0, 0, 0).dblclick()
    assert alone.locator(".editor").count() == 0  # there is no engine that would answer
    alone.context.close()
    assert troubles == []


def test_edits_are_taken_back_and_done_again(open_page):
    page = open_page("/convolution?example=three-channels-three-filters")
    undo, redo, reset = (page.locator(f'[data-control="{name}"]') for name in ("undo", "redo", "reset"))
    for button in (undo, redo, reset):
        expect(button).to_be_disabled()
    start = query(page)
    for number in ("7", "8"):
        type_into(cell(page, "input", 0, 0, 0), number)
    with answered(page):
        knob(page, "stride").press("ArrowUp")
    assert read(page).boards["output"].shape == (3, 2, 2)
    with answered(page):
        page.locator("h1").click()
        page.keyboard.press("Control+z")
    assert read(page).boards["output"].shape == (3, 4, 4) and read(page).boards["input"][0, 0, 0] == 8
    with answered(page):
        undo.click()
    assert read(page).boards["input"][0, 0, 0] == 7
    expect(undo).to_be_focused()
    with answered(page):
        page.keyboard.press("Control+Shift+z")
    assert read(page).boards["input"][0, 0, 0] == 8
    with answered(page):
        redo.click()
    assert read(page).boards["output"].shape == (3, 2, 2)
    expect(redo).to_be_disabled()
    with answered(page):
        reset.click()
    assert read(page).boards["input"][0, 0, 0] == 1
    expect(reset).to_be_disabled()
    with answered(page):
        undo.click()  # a reset is taken back, too
    assert read(page).boards["output"].shape == (3, 2, 2)
    assert start != query(page)


def test_an_embedded_page_is_its_player_with_its_sums_and_a_way_to_the_whole(open_page):
    page = open_page("/convolution?example=three-channels-three-filters&embed=true", size=(800, 600), together=None)
    assert page.locator('h1:visible, .block.heading:visible, [data-testid="stLogo"]').count() == 0
    assert page.get_by_role("link", name="Input").count() == 0
    sums = page.locator(".line.whole").bounding_box()
    assert sums["y"] + sums["height"] <= 600
    expect(knob(page, "stride")).to_be_visible()
    with answered(page):
        type_into(cell(page, "input", 0, 0, 0), "7")
    onward = page.get_by_role("link", name="Open in Stride")
    assert "embed" not in onward.get_attribute("href") and "x=3x6x6_7_" in onward.get_attribute("href")
    assert "embed=true" in page.url
    page = open_page("/convolution?example=seven&view=numbers&embed=true", size=(800, 600), together=None)
    assert cell(page, "input", 0, 0, 0).bounding_box()["height"] >= 24
    sums = page.locator(".line.whole").bounding_box()
    assert sums["y"] + sums["height"] <= 600
    page = open_page("/output_loss?embed=true", size=(600, 400), together=None)  # a low frame: boards side by side
    sums = page.locator(".line.whole").bounding_box()
    assert sums["y"] + sums["height"] <= 400
    page = open_page("/calculator?embed=true", size=(800, 600), together=None)
    expect(knob(page, "stride")).to_be_visible()  # a page without a player is embedded whole
    assert page.locator("h1:visible, .head:visible").count() == 0


def test_a_lesson_prints_without_what_can_only_be_pressed(open_page):
    page = open_page("/convolution?example=three-channels-three-filters")
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.set_viewport_size({"width": 720, "height": 1000})  # the line of an A4 page
    settle(page)
    hidden = '.bar, .knobs, .block.history, .block.ask, [data-testid="stLogo"], [data-testid="stHeader"]'
    assert page.locator(hidden).locator("visible=true").count() == 0
    right = page.locator(".output .pane, .line.whole, math").evaluate_all(
        "(nodes) => Math.max(...nodes.map((node) => node.getBoundingClientRect().right))"
    )
    assert right <= 720
    sizes = page.locator(".column .column math").evaluate_all(
        "(nodes) => nodes.map((n) => n.getBoundingClientRect().top)"
    )
    assert len(sizes) == 2 and sizes[0] == sizes[1]  # height and width, side by side
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
