"""The page Inside the network in a real browser: a map's pixel opened, its arithmetic read and held to the engine."""

import io
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data import pictures
from engine.data.drawings import CLASSES
from engine.training import runs, trained
from engine.training.config import Config
from pages.states.inside import pictures as inside_pictures
from tests.browser.driver import rerun, settle
from tests.browser.reading import cell, control, player, read, value_of
from tests.engine.training.trained_file import stages, write

pytestmark = pytest.mark.browser

RUN, NETWORK = "0ddba11a", stages(8, 16, 16)
CONV, POOL = 3, 4


@pytest.fixture(scope="module")
def network(data_folder):
    """A finished run of random weights in the server's data folder, while this module's tests run."""
    run = runs.create(Config(NETWORK), "Random weights", folder=Path(data_folder) / "runs" / RUN)
    write(run.weights, NETWORK, classes=list(CLASSES), data="Shapes (synthetic)", synthetic=True)
    run.write_state(status="finished")
    yield trained.load(run.weights)
    run.delete()


def outputs(network, number):
    """The engine's own numbers for a shape: the input and every layer's output."""
    found = inside_pictures.TestSet("shapes", "synthetic shape", inside_pictures.SHAPES)
    return of_picture(network, found.pixels(range(number, number + 1))[0])


def of_picture(network, pixels):
    x = network.input(pixels)
    return [x, *network.network.forward(x, network.parameters)]


def trail(page):
    """The path that is shown: (label, number) of each place."""
    crumbs = page.locator(".trail .crumb").all()
    pairs = [(crumb.locator("span").inner_text(), crumb.locator("b").inner_text()) for crumb in crumbs]
    return [(label, value_of(value)) for label, value in pairs]


def open_pixel(page, rows, columns, row, column):
    """Click a pixel of the chosen map."""
    grid = page.locator(".chosen .grid")
    box = grid.bounding_box()
    at = {"x": (column + 0.5) / columns * box["width"], "y": (row + 0.5) / rows * box["height"]}
    with rerun(page):
        grid.click(position=at)


def test_a_maps_pixel_opens_and_its_arithmetic_is_the_engines(open_page, network):
    page = open_page(f"/inside?run={RUN}&x=shapes-4&at={CONV}.0")
    values = outputs(network, 4)
    assert page.title() == "Inside the network"
    assert page.locator(".layer").count() == len(NETWORK)
    open_pixel(page, 31, 31, 9, 20)
    value = values[CONV][0, 9, 20]
    assert trail(page) == [("Conv2d c0 [9, 20]", pytest.approx(value, abs=5.001e-4))]
    assert f"at={CONV}.{9 * 31 + 20}" in page.url
    seen = read(page)
    assert seen.boards["total"].ravel()[0] == pytest.approx(value, abs=5.001e-4)
    # Six channels' sums and the 18 others' as they are written give the total digit for digit, or carry ≈.
    whole = page.locator(".line.whole")
    names = whole.locator(".partial i").all_inner_texts()
    written = [Decimal(str(value_of(text))) for text in whole.locator(".partial b").all_inner_texts()]
    assert len(names) == 7 and names[6] == "18 other channels"
    total = Decimal(str(value_of(whole.locator(".result").inner_text())))
    assert whole.locator(".equals").inner_text().strip() == ("=" if sum(written) == total else "≈")
    assert abs(sum(written) - total) <= Decimal("0.004") and len(set(written)) > 3
    window = page.locator('[data-part="window"]')
    assert window.evaluate("node => node.style.top + ' ' + node.style.height") == "25% 12.5%"
    with rerun(page):
        control(page, "channel-next").click()
    assert trail(page) == [("Conv2d c1 [9, 20]", pytest.approx(values[CONV][1, 9, 20], abs=5.001e-4))]


def test_the_bundled_network_opens_on_the_drawn_ship_with_the_engines_number(open_page):
    page = open_page("/inside")
    network = trained.load(trained.bundled()["cifar10-standard"])
    values = of_picture(network, pictures.example("ship", 32).transpose(2, 0, 1))
    first = values[1]
    channel, row, column = np.unravel_index(np.abs(first).argmax(), first.shape)
    value = pytest.approx(first[channel, row, column], abs=5.001e-4)
    assert trail(page) == [(f"Conv2d c{channel} [{row}, {column}]", value)]
    assert read(page).boards["total"].ravel()[0] == value
    assert page.locator(".verdict .name").inner_text() == "ship"
    shares = np.exp(values[-1] - values[-1].max())
    likely = page.locator(".answer li").first.inner_text()
    assert likely.split() == ["ship", f"{100 * shares.max() / shares.sum():.1f}", "%"]


def test_a_number_is_followed_back_and_the_link_brings_it_again(open_page, network):
    page = open_page(f"/inside?run={RUN}&x=shapes-4&at={POOL}.37")
    values = outputs(network, 4)
    assert trail(page)[0][0] == "MaxPool2d c0 [2, 7]"
    cell(page, "input", 0, 4, 5).click()  # the board begins at column 10
    with rerun(page):
        control(page, "lead").click()
    assert trail(page) == [
        ("MaxPool2d c0 [2, 7]", pytest.approx(values[POOL][0, 2, 7], abs=5.001e-4)),
        ("Conv2d c0 [4, 15]", pytest.approx(values[CONV][0, 4, 15], abs=5.001e-4)),
    ]
    shown = trail(page)
    page.reload()
    settle(page)
    assert trail(page) == shown
    with rerun(page):
        page.locator(".crumb").first.click()
    assert len(trail(page)) == 1


def test_what_excites_a_channel_is_searched_and_opens(open_page, network):
    page = open_page(f"/inside?run={RUN}&x=shapes-4&at={POOL}.37")
    with rerun(page):
        page.get_by_role("tab", name="What excites a channel?").click()
    with rerun(page):
        page.get_by_role("combobox", name="Test pictures").click()
        page.get_by_text("the first 200", exact=True).click()
    with rerun(page):
        page.get_by_role("button", name="Search for what excites channel 0").click()
    page.locator(".inside-peak").nth(8).wait_for()
    strongest = max(range(200), key=lambda n: outputs(network, n)[POOL][0].max())
    link = page.get_by_role("tabpanel").get_by_role("link").first
    assert f"x=shapes-{strongest}&" in link.get_attribute("href")
    with rerun(page):
        link.click()
    most = outputs(network, strongest)[POOL][0].max()
    assert trail(page)[0][1] == pytest.approx(most, abs=5.001e-4)


def test_an_upload_is_shown_and_a_broken_file_is_a_sentence(open_page, network):
    page = open_page(f"/inside?run={RUN}&x=shapes-4")
    file = io.BytesIO()
    Image.fromarray(np.full((50, 80, 3), (10, 200, 30), np.uint8)).save(file, "PNG")
    page.get_by_role("button", name="Picture", exact=False).first.click()
    chooser = page.locator('input[type="file"]')
    with rerun(page):
        chooser.set_input_files({"name": "green.png", "mimeType": "image/png", "buffer": file.getvalue()})
    page.keyboard.press("Escape")
    assert page.locator(".verdict .name").inner_text() == "upload"
    x = network.input(np.full((3, 32, 32), np.array([10, 200, 30]).reshape(3, 1, 1), np.uint8))
    logits = network.network.forward(x, network.parameters)[-1]
    assert page.locator(".answer li").first.locator("span").inner_text() == CLASSES[int(logits.argmax())]
    assert "x=" in page.url and player(page).count() == 1
    page.get_by_role("button", name="Picture", exact=False).first.click()
    with rerun(page):
        chooser.set_input_files({"name": "no.png", "mimeType": "image/png", "buffer": b"no picture"})
    page.get_by_text("The file is not a PNG, JPEG or WebP picture that can be read.").wait_for()
    assert page.locator(".verdict .name").inner_text() == "upload"


def test_the_check_runs_in_pytorch(open_page, network):
    page = open_page(f"/inside?run={RUN}&x=shapes-4")
    with rerun(page):
        page.get_by_role("tab", name="Check against PyTorch").click()
    with rerun(page):
        page.get_by_role("button", name="Run this picture in PyTorch").click()
    page.get_by_text("The logits agree").wait_for()
