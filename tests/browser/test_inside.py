"""The page Inside the network in a real browser: a map's pixel opened, its arithmetic read and held to the engine."""

import contextlib
import io
import re
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from engine.data import pictures
from engine.data.drawings import CLASSES
from engine.training import runs, trained
from engine.training.config import Config
from engine.training.runs import owner
from pages.states.inside import pictures as inside_pictures
from tests.browser.driver import rerun, settle, take_photo
from tests.browser.reading import cell, control, player, query, read, text, value_of
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


@contextlib.contextmanager
def no_run(page):
    """What is done inside makes no run of the script."""
    before = page.evaluate("window.strideRuns")
    yield
    assert page.evaluate("window.strideRuns") == before


def crumbs(page, count):
    """Wait until the path has so many places; return it as `trail` does."""
    expect(page.locator(".trail .crumb")).to_have_count(count)
    return trail(page)


def unfold(page, title):
    """Open a folded part."""
    part = page.locator("details", has=page.locator("summary", has_text=title))
    part.locator("summary").first.click()
    expect(part.locator(".inside > .block").first).to_be_visible()
    return part


def open_pixel(page, rows, columns, row, column):
    """Click a pixel of the chosen map."""
    grid = page.locator(".chosen .grid")
    box = grid.bounding_box()
    at = {"x": (column + 0.5) / columns * box["width"], "y": (row + 0.5) / rows * box["height"]}
    grid.click(position=at)


def test_a_maps_pixel_opens_and_its_arithmetic_is_the_engines(open_page, network):
    page = open_page(f"/inside?run={RUN}&x=shapes-4&at={CONV}.0")
    values = outputs(network, 4)
    assert page.title() == "Inside the network · Stride"
    assert page.locator(".layer").count() == len(NETWORK)
    with no_run(page):
        open_pixel(page, 31, 31, 9, 20)
        page.wait_for_url(f"**at={CONV}.{9 * 31 + 20}")
        value = values[CONV][0, 9, 20]
        assert trail(page) == [("Conv2d c0 [9, 20]", pytest.approx(value, abs=5.001e-4))]
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
        control(page, "channel-next").click()
        page.wait_for_url(f"**at={CONV}.{31 * 31 + 9 * 31 + 20}")
        assert trail(page) == [("Conv2d c1 [9, 20]", pytest.approx(values[CONV][1, 9, 20], abs=5.001e-4))]


def test_the_focus_stays_where_it_was_and_back_leads_to_the_place_before(open_page, network):
    page = open_page(f"/inside?run={RUN}&x=shapes-4&at={CONV}.0")
    with no_run(page):
        for count in (1, 2):
            control(page, "channel-next").focus()
            page.keyboard.press("Enter")
            page.wait_for_url(f"**at={CONV}.{count * 31 * 31}")
            expect(control(page, "channel-next")).to_be_focused()
        maps = page.locator(f'.layer[data-number="{POOL}"] .maps-of')
        maps.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**at={POOL}.*")
        expect(maps).to_be_focused()
        page.go_back()
        page.wait_for_url(f"**at={CONV}.{2 * 31 * 31}")
        expect(page.locator(".crumb span")).to_have_text("Conv2d c2 [0, 0]")


def test_the_bundled_network_opens_on_the_drawn_ship_with_the_engines_number(open_page):
    page = open_page("/inside?run=cifar10-standard")
    network = trained.load(trained.bundled()["cifar10-standard"])
    values = of_picture(network, pictures.example("ship", 32).transpose(2, 0, 1))
    first = values[1]
    channel, row, column = np.unravel_index(np.abs(first).argmax(), first.shape)
    value = pytest.approx(first[channel, row, column], abs=5.001e-4)
    assert trail(page) == [(f"Conv2d c{channel} [{row}, {column}]", value)]
    assert read(page).boards["total"].ravel()[0] == value
    assert page.locator(".verdict .name").inner_text() == "ship"
    shares = np.exp(values[-1] - values[-1].max())
    likely = page.locator(".likely li").first.inner_text()
    assert likely.split() == ["ship", f"{100 * shares.max() / shares.sum():.1f}", "%"]


def test_a_number_is_followed_back_and_the_link_brings_it_again(open_page, network):
    page = open_page(f"/inside?run={RUN}&x=shapes-4&at={POOL}.37")
    values = outputs(network, 4)
    assert trail(page)[0][0] == "MaxPool2d c0 [2, 7]"
    with no_run(page):
        cell(page, "input", 0, 4, 5).click()  # the board begins at column 10
        control(page, "lead").click()
        shown = crumbs(page, 2)
    assert shown == [
        ("MaxPool2d c0 [2, 7]", pytest.approx(values[POOL][0, 2, 7], abs=5.001e-4)),
        ("Conv2d c0 [4, 15]", pytest.approx(values[CONV][0, 4, 15], abs=5.001e-4)),
    ]
    page.reload()
    settle(page)
    assert crumbs(page, 2) == shown
    with no_run(page):
        page.locator(".crumb").first.click()
        crumbs(page, 1)
        expect(page.locator(".crumb").first).to_be_focused()


def test_why_this_answer_follows_the_class_and_the_square(open_page, network):
    page = open_page(f"/inside?run={RUN}&x=shapes-4")
    with no_run(page):
        part = unfold(page, "Why this answer?")
        told = part.get_by_text("where a grey square of 8×8")
        expect(told).to_be_visible()
        part.get_by_role("combobox", name="Square that covers").select_option("12×12")
        expect(part.get_by_text("where a grey square of 12×12")).to_be_visible()
        classes = part.get_by_role("combobox", name="Class that is asked about")
        other = classes.locator("option:not(:checked)").first.inner_text()
        classes.focus()
        classes.select_option(other)
        expect(part.get_by_text(f"How strongly the logit of {other.partition(',')[0]} moves")).to_be_visible()
        page.wait_for_function("location.search.includes('square=12') && location.search.includes('class=')")
        expect(classes).to_be_focused()


def test_what_excites_a_channel_is_searched_and_opens(open_page, network):
    page = open_page(f"/inside?run={RUN}&x=shapes-4&at={POOL}.37")
    with no_run(page):
        part = unfold(page, "What excites a channel?")
        part.get_by_role("combobox", name="Test pictures").select_option("the first 200")
        page.wait_for_url("**searched=200*")
        part.get_by_role("button", name="Search for what excites channel 0").click()
        page.locator(".inside-peak").nth(8).wait_for()
        strongest = max(range(200), key=lambda n: outputs(network, n)[POOL][0].max())
        link = part.get_by_role("link").first
        assert f"x=shapes-{strongest}&" in link.get_attribute("href")
        # Another channel follows by itself.
        control(page, "channel-next").click()
        expect(part.get_by_text("Channel 1 of layer 4, MaxPool2d: the strongest")).to_be_visible()
        control(page, "channel-before").click()
        expect(part.get_by_text("Channel 0 of layer 4, MaxPool2d: the strongest")).to_be_visible()
        link.click()
        page.wait_for_url(f"**x=shapes-{strongest}&**")
        most = outputs(network, strongest)[POOL][0].max()
        expect(page.locator(".verdict .name")).to_have_text(f"synthetic shape {strongest}")
        assert trail(page)[0][1] == pytest.approx(most, abs=5.001e-4)


def test_another_picture_and_another_network_are_chosen_without_a_run(open_page, network):
    page = open_page(f"/inside?run={RUN}&x=shapes-4&at={CONV}.0")
    name = page.locator(".verdict .name")
    with no_run(page):
        page.get_by_role("spinbutton", name="synthetic shape").press("ArrowUp")
        expect(name).to_have_text("synthetic shape 5")
        assert trail(page)[0][1] == pytest.approx(outputs(network, 5)[CONV][0, 0, 0], abs=5.001e-4)
        page.get_by_role("button", name=re.compile("^Picture")).click()
        page.get_by_role("link", name="scene").click()
        expect(name).to_have_text("scene")
        page.get_by_role("button", name="Random weights").click()
        page.get_by_role("link", name="cifar10 standard").click()
        expect(page.locator(".layer")).to_have_count(len(trained.load(trained.bundled()["cifar10-standard"]).network))
        expect(name).to_have_text("scene")


def test_a_browsers_own_runs_are_among_the_networks_and_others_are_not(open_page, network, data_folder):
    run = runs.read_run(Path(data_folder) / "runs" / RUN)
    owner.write(run.folder, runs.Asker(("ann's key",)).began(run.id))
    try:
        page = open_page("/inside")
        menu = page.get_by_role("button", name=re.compile("^LeNet-5")).first
        menu.click()
        expect(page.get_by_role("link", name="cifar10 standard")).to_be_visible()
        expect(page.get_by_role("link", name=run.name)).to_have_count(0)
        page.evaluate("localStorage.setItem('stride:key', \"ann's key\")")
        page.reload()
        menu.click()
        expect(page.get_by_role("link", name=run.name)).to_be_visible()
        page.evaluate("localStorage.removeItem('stride:key')")
    finally:
        (run.folder / owner.FILE).unlink()


def test_an_upload_is_shown_and_a_broken_file_is_a_sentence(open_page, network):
    page = open_page(f"/inside?run={RUN}&x=shapes-4&at={CONV}.5")
    file = io.BytesIO()
    Image.fromarray(np.full((50, 80, 3), (10, 200, 30), np.uint8)).save(file, "PNG")
    name = page.locator(".verdict .name")
    page.get_by_role("button", name="Own picture").click()
    chooser = page.locator('input[type="file"]')
    with rerun(page):
        chooser.set_input_files({"name": "green.png", "mimeType": "image/png", "buffer": file.getvalue()})
    expect(name).to_have_text("your picture")
    x = network.input(np.full((3, 32, 32), np.array([10, 200, 30]).reshape(3, 1, 1), np.uint8))
    logits = network.network.forward(x, network.parameters)[-1]
    expect(page.locator(".likely li").first.locator("span")).to_have_text(CLASSES[int(logits.argmax())])
    assert query(page)["at"] == f"{CONV}.5" and len(query(page)["x"]) > 10 and player(page).count() == 1
    page.keyboard.press("Escape")
    with no_run(page):  # a click goes on from the picture that came in
        control(page, "channel-next").click()
        page.wait_for_url(f"**at={CONV}.{31 * 31 + 5}*")
        expect(name).to_have_text("your picture")
        page.get_by_role("button", name=re.compile("^Picture")).click()
        page.get_by_role("link", name="scene").click()
        expect(name).to_have_text("scene")
    page.get_by_role("button", name="Own picture").click()
    with rerun(page):
        chooser.set_input_files({"name": "no.png", "mimeType": "image/png", "buffer": b"no picture"})
    page.get_by_text("The file is not a PNG, JPEG or WebP picture that can be read.").wait_for()
    expect(name).to_have_text("scene")  # the file of before does not come in again


def test_the_camera_brings_a_picture(open_page, network):
    page = open_page(f"/inside?run={RUN}&x=shapes-4")
    page.get_by_role("button", name="Own picture").click()
    with rerun(page):
        page.get_by_text("Camera", exact=True).click()
    take_photo(page)
    expect(page.locator(".verdict .name")).to_have_text("your picture")
    assert query(page)["run"] == RUN and len(query(page)["x"]) > 10


def test_the_check_runs_in_pytorch(open_page, network):
    page = open_page(f"/inside?run={RUN}&x=shapes-4")
    with no_run(page):
        unfold(page, "Check against PyTorch")
        page.get_by_role("button", name="Run this picture in PyTorch").click()
        page.get_by_text("The logits agree").wait_for()
        control(page, "channel-next").click()  # another place: the same logits
        page.wait_for_url("**at=1.*")
        assert "The logits agree" in text(page)
        page.get_by_role("spinbutton", name="synthetic shape").press("ArrowUp")
        page.get_by_text("have changed since the last check").wait_for()
        assert "The logits agree" not in text(page)
