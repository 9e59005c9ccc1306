"""The training page in a real browser, on a server that trains one run at a time on small generated pictures."""

import contextlib
import json
import re
import shutil
import sys

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from safetensors.numpy import load_file

from tests.browser.driver import Server, answered, free_port, navigate, serving, settle
from tests.browser.reading import query
from tests.engine.data import archive
from tests.pages.states.training.made import epoch, made, start, steps

pytestmark = pytest.mark.browser

CLASSES, EACH = ("red", "green", "blue"), 60
EPOCH = 18  # steps: of 180 pictures 144 are trained on, 8 in a step
STACK = "Conv2d-3-4-3~ReLU~MaxPool2d-4~Flatten~Linear-196-3"
PATIENCE_MS = 60_000
CURVE = "(plot) => plot.calcdata?.[0]?.length ?? 0"
RANGE = "(plot) => [...plot._fullLayout.xaxis.range]"
CURVES = "(plot) => plot.data.map(({ x, y }) => [x, y])"
RUNS = "window.strideRuns"
# Serves the app as `make run` does, but takes another archive for CIFAR-10's.
SERVE = """
import sys
from streamlit.web import cli
from engine.data import download
url, archive_md5, *sums = sys.argv[2:]
there = download.Source(url, archive_md5, dict(one.split("=") for one in sums))
download.source = lambda: there
sys.argv = ["streamlit", "run", "app.py", "--server.port", sys.argv[1]]
sys.exit(cli.main())
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of pictures: three colours with noise."""
    root, rng = tmp_path_factory.mktemp("pictures"), np.random.default_rng(0)
    for k, name in enumerate(CLASSES):
        (root / name).mkdir()
        for i in range(EACH):
            pixels = rng.integers(0, 120, (32, 32, 3), dtype=np.uint8)
            pixels[:, :, k] += 100
            Image.fromarray(pixels).save(root / name / f"{i}.png")
    return root


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("stride")


@pytest.fixture(scope="module")
def served(tmp_path_factory, data):
    log = tmp_path_factory.mktemp("trainer") / "log.txt"
    with serving(log, env={"STRIDE_DATA": str(data), "STRIDE_RUNS": "1", "STRIDE_FOLDERS": "/"}) as server:
        yield server


@pytest.fixture
def trainer(served: Server, data):
    """The server; what a test leaves at work is stopped after it."""
    yield served
    for run in (data / "runs").glob("????????"):
        (run / "control").write_text("stop")


@pytest.fixture
def begin(open_page, trainer, folder):
    """begin(epochs=3, …) → a page on which a training with these settings was started."""

    def begun(**settings) -> Page:
        asked = {"data": f"folder:{folder}", "stack": STACK, "whiten": 0, "batch_size": 8, "lr": 0.01, **settings}
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        page = open_page(f"/training?preset=tutorial&{query}", server=trainer)
        page.get_by_role("button", name="Start training").click()
        page.wait_for_url(re.compile(r"\?run=[0-9a-f]{8}$"))
        return page

    return begun


def status(page: Page, word: str) -> None:
    expect(page.locator(".tr.head .mark").first).to_have_text(word, timeout=PATIENCE_MS)


def fact(page: Page, name: str) -> Locator:
    return page.locator(".tr.facts > div").filter(has_text=name).first.locator("b")


def button(page: Page, name: str) -> Locator:
    """One of the run's buttons; while a page is drawn, Streamlit has a Stop of its own."""
    return page.locator(".page").get_by_role("button", name=name)


def knob(page: Page, name: str) -> Locator:
    return page.locator(f'[data-knob="{name}"]')


def plot(page: Page, key: str) -> Locator:
    return page.locator(f'[data-plot="{key}"]')


def wait_for(page: Page, figure: Locator, condition: str, value=None) -> None:
    """Wait until condition(plot, value) is true of a figure that is changed in place."""
    handle = figure.element_handle()
    page.wait_for_function(f"([plot, value]) => ({condition})(plot, value)", arg=[handle, value], timeout=PATIENCE_MS)


def grown(page: Page, more_than: int) -> int:
    """Wait until the curve of losses has more points; return how many."""
    wait_for(page, plot(page, "loss"), f"(plot, n) => ({CURVE})(plot) > n", more_than)
    return plot(page, "loss").evaluate(CURVE)


def drawn_again(page: Page, times: int) -> None:
    """Wait until the curve of losses has been drawn so many times more."""
    figure = plot(page, "loss")
    before = figure.evaluate("(plot) => Number(plot.dataset.drawn)")
    wait_for(page, figure, "(plot, n) => Number(plot.dataset.drawn) >= n", before + times)


def folder_of(page: Page, data):
    return data / "runs" / page.url[-8:]


SMALL = f"/training?preset=tutorial&data=shapes&stack={STACK}&whiten=0"


def test_nothing_that_is_done_to_a_new_training_makes_a_script_run(open_page, trainer, folder):
    page = open_page("/training?preset=quick&data=shapes", server=trainer)
    start, planned = page.get_by_role("button", name="Start training"), plot(page, "planned")
    expect(page.get_by_text("3 epochs of 78 steps")).to_be_visible()
    with answered(page):
        page.locator("summary", has_text="Recipe").click()
    with answered(page):
        knob(page, "epochs").fill("5")
        knob(page, "epochs").press("Enter")
    expect(page.get_by_text("5 epochs of 78 steps")).to_be_visible()
    wait_for(page, planned, f"(plot) => ({CURVE})(plot) && ({RANGE})(plot)[1] === 5")
    with answered(page):
        knob(page, "schedule").select_option("cosine")
    expect(knob(page, "warmup")).to_be_disabled()
    wait_for(page, planned, "(plot) => plot.data[0].y[0] === 0.2")
    with answered(page):
        knob(page, "lr").fill("2000")
        knob(page, "lr").press("Enter")
    expect(page.locator(".knobs .sentence")).to_contain_text("it goes from 0 to 1000")
    with answered(page):
        knob(page, "flip").click()
    expect(page.locator(".knobs .sentence")).to_have_count(0)
    changed = {"epochs": "5", "schedule": "cosine", "flip": "0"}
    assert query(page) == {"preset": "quick", "data": "shapes", **changed}
    expect(page.locator(".knob.changed")).to_have_count(3)

    with answered(page):
        page.get_by_role("link", name="Tutorial").click()
    assert query(page) == {"preset": "tutorial", "data": "shapes"}
    with answered(page):
        page.go_back()
    assert query(page) == {"preset": "quick", "data": "shapes", **changed}
    with answered(page):
        page.get_by_role("button", name="As in the preset").click()
    assert query(page) == {"preset": "quick", "data": "shapes"}
    expect(page.get_by_role("button", name="As in the preset")).to_be_disabled()
    page.reload()
    expect(page.get_by_role("button", name="As in the preset")).to_be_visible()  # an open part stays open in the tab

    with answered(page):
        page.get_by_role("button", name="A folder").click()
    expect(start).to_be_disabled()
    with answered(page):
        knob(page, "folder").fill(str(folder))
        knob(page, "folder").press("Enter")
    expect(page.get_by_text("144 pictures to train on, 36 to test on, 3 classes")).to_be_visible()
    expect(page.get_by_text("the last layer gets 3 outputs")).to_be_visible()
    expect(start).to_be_enabled()


def test_the_network_is_changed_layer_by_layer_without_a_script_run(open_page, trainer):
    page = open_page(SMALL, server=trainer)
    with answered(page):
        page.get_by_text("Change the network, layer by layer").click()
    field = page.get_by_label("Settings of layer 1, Conv2d")
    with answered(page):
        field.fill("3, 8, kernel_size=3")
        field.press("Enter")
    assert query(page)["stack"].startswith("Conv2d-3-8-3~ReLU~MaxPool2d-4~Flatten~Linear-392-")
    with answered(page):
        page.get_by_label("Settings of layer 5, Linear").fill("128, 10")
        page.get_by_label("Settings of layer 5, Linear").press("Enter")
    expect(page.locator(".stack .refusal")).to_contain_text("The last good network is kept.")
    with answered(page):
        page.get_by_role("button", name="make it 392").click()
    assert query(page)["stack"].endswith("Linear-392-10")
    with answered(page):
        page.get_by_role("button", name="The preset's network").click()
    assert "stack" not in query(page)
    expect(page.get_by_role("button", name="The preset's network")).to_be_disabled()


def test_the_forward_pages_network_is_taken_and_the_new_training_is_found_as_it_was_left(open_page, trainer):
    pictured = f"example=own&x=pic.scene.rgb.32.0-1&stack={STACK}"
    page = open_page(f"/forward?{pictured}", server=trainer)
    navigate(page, "Training", "Training")
    take = page.get_by_role("button", name="Take the forward page's network")
    expect(take).to_be_enabled()
    settle(page)
    with answered(page):
        take.click()
    left = query(page)
    assert left["stack"] == STACK
    page.get_by_role("link", name="All runs").click()
    page.wait_for_url(re.compile(r"\?view=runs$"))
    expect(page.get_by_role("button", name="Start training")).to_have_count(0)
    expect(page.get_by_role("link", name="This run")).to_have_count(0)
    page.get_by_role("link", name="New", exact=True).click()
    expect(page.get_by_role("button", name="Start training")).to_be_visible()
    settle(page)
    assert query(page) == left
    page.go_back()
    page.wait_for_url(re.compile(r"\?view=runs$"))
    expect(page.get_by_role("button", name="Start training")).to_have_count(0)
    page.go_back()
    expect(page.get_by_role("button", name="Start training")).to_be_visible()
    assert query(page) == left


def test_a_run_is_found_again_where_the_page_was_left(open_page, trainer, data):
    run = made("left", "stopped", [start(), steps(1, 2.0, 1.5)], folder=data / "runs" / "000000c1")
    page = open_page(f"/training?run={run.id}", server=trainer)
    status(page, "stopped")
    page.get_by_role("link", name="New", exact=True).click()
    expect(page.get_by_role("button", name="Start training")).to_be_visible()
    expect(page.locator(".tr.head")).to_have_count(0)
    page.get_by_role("link", name="This run").click()
    status(page, "stopped")
    for name in ("Input", "Training"):
        if name == "Training":
            navigate(page, "Training", "Training")
        else:
            page.get_by_test_id("stTopNavLink").filter(has_text=name).first.click()
            page.wait_for_url(re.compile(r"/input$"))
            settle(page)
    status(page, "stopped")
    page.wait_for_url(re.compile(rf"\?run={run.id}$"))


def test_a_training_begins_once_where_the_answer_was_lost(open_page, trainer, data):
    page = open_page(SMALL, server=trainer)
    lost = []

    def lose(route):
        route.fetch()
        lost.append(route.request.post_data)
        route.fulfill(status=200, body="not json")

    before = set((data / "runs").glob("????????"))
    page.route("**/engine/training", lose, times=1)
    page.get_by_role("button", name="Start training").click()
    page.wait_for_url(re.compile(r"\?run=[0-9a-f]{8}$"))
    assert len(lost) == 1 and json.loads(lost[0])["act"] == ["begin", page.url[-8:]]
    assert {file.name for file in set((data / "runs").glob("????????")) - before} == {page.url[-8:]}
    button(page, "Stop").click()
    status(page, "stopped")
    assert query(page) == {"run": page.url[-8:]}


def test_curves_grow_under_a_zoom_and_a_pause_holds_them_for_every_browser(begin, open_page, trainer):
    page = begin(epochs=1000)
    settle(page)
    ran = page.evaluate(RUNS)
    status(page, "trains")
    grown(page, 20)
    box = plot(page, "loss").locator(".nsewdrag").first.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 90, steps=5)
    page.mouse.up()
    wait_for(page, plot(page, "loss"), f"(plot) => ({RANGE})(plot)[1] < 900")
    zoomed = plot(page, "loss").evaluate(RANGE)
    step = fact(page, "step").inner_text()
    drawn_again(page, 2)
    assert plot(page, "loss").evaluate(RANGE) == zoomed and fact(page, "step").inner_text() != step

    button(page, "Pause").click()
    status(page, "paused")
    expect(button(page, "Resume")).to_be_visible()
    other = open_page(page.url.removeprefix(trainer.url), server=trainer)
    status(other, "paused")
    for told in ("step", "loss", "learning rate"):
        expect(fact(other, told)).to_have_text(fact(page, told).inner_text())
    wait_for(other, plot(other, "loss"), f"(plot) => ({CURVE})(plot) > 20")
    assert plot(other, "loss").evaluate(CURVES) == plot(page, "loss").evaluate(CURVES)
    others_ran = other.evaluate(RUNS)

    second = open_page("/training?preset=tutorial&data=shapes", server=trainer)
    second.get_by_role("button", name="Start training").click()
    expect(second.get_by_text("Place 1 in the queue.")).to_be_visible(timeout=PATIENCE_MS)
    button(second, "Stop").click()
    status(second, "stopped")

    button(page, "Resume").click()
    status(page, "trains")
    status(other, "trains")
    drawn_again(other, 2)
    assert page.evaluate(RUNS) == ran and other.evaluate(RUNS) == others_ran, "a run that goes on runs no script"
    page.reload()
    status(page, "trains")
    button(page, "Stop").click()
    for one in (page, other):
        status(one, "stopped")
        expect(button(one, "Go on")).to_have_count(1 if one is page else 0)  # the other browser may only look
        expect(one.get_by_role("button", name="Curves as CSV")).to_be_visible()


def test_a_silent_server_is_said_and_what_was_asked_for_is_done_when_it_answers(begin):
    page = begin(epochs=1000)
    status(page, "trains")
    page.route("**/engine/watch/*", lambda route: route.fulfill(status=200, body="not json"))
    button(page, "Stop").click()
    silent = page.get_by_text("The server does not answer.")
    expect(silent).to_be_visible()
    page.unroute_all()
    status(page, "stopped")
    expect(silent).to_have_count(0)


def test_a_stopped_run_goes_on_begins_again_and_lends_its_settings(open_page, trainer, data):
    run = made("mine", "stopped", [start(), steps(1, 2.0, 1.5)], folder=data / "runs" / "000000a1")
    page = open_page(f"/training?run={run.id}", server=trainer)
    status(page, "stopped")
    taken = page.get_by_text("Take it along")
    expect(taken).to_be_visible()
    button(page, "Go on").click()
    expect(button(page, "Stop")).to_be_enabled()
    expect(taken).to_have_count(0)
    button(page, "Stop").click()
    status(page, "stopped")
    expect(taken).to_be_visible()
    first = page.url
    button(page, "Start again").click()
    page.wait_for_url(lambda url: re.search(r"\?run=[0-9a-f]{8}$", url) and url != first)
    expect(page.get_by_role("heading", name="mine again")).to_be_visible()
    button(page, "Stop").click()
    status(page, "stopped")
    page.go_back()
    page.wait_for_url(first)
    expect(page.get_by_role("heading", name="mine again")).to_have_count(0)
    status(page, "stopped")
    page.locator(".page").get_by_role("link", name="Change settings").click()
    page.wait_for_url(re.compile("data=shapes&stack=Conv2d-3-4-3~GELU"))
    expect(page.get_by_role("button", name="Start training")).to_be_enabled()


def test_a_divergence_is_explained(begin):
    page = begin(lr=1000, momentum=0.99, epochs=50, schedule="constant")
    status(page, "diverged")
    expect(page.get_by_text(re.compile("The training diverged at step [0-9,]+: the loss is"))).to_be_visible()
    expect(page.get_by_text(re.compile("Lower the learning rate: it was 1e\\+03 at this step"))).to_be_visible()


def test_a_finished_run_shows_its_answers_and_can_be_taken_along(begin, data):
    page = begin(epochs=2)
    status(page, "finished")
    run = folder_of(page, data)
    answers = load_file(run / "answers.safetensors")
    right = (answers["probabilities"].argmax(1) == answers["labels"]).mean()
    expect(page.get_by_text(f"{right:.2%} of 36 test pictures are right")).to_be_visible(timeout=PATIENCE_MS)
    heatmap = "() => [...document.querySelectorAll('.js-plotly-plot')].find((d) => d.data?.[0]?.type === 'heatmap')"
    page.wait_for_function(f"() => ({heatmap})()?.layout.annotations", timeout=PATIENCE_MS)
    counts = page.evaluate(f"() => ({heatmap})().layout.annotations.map((a) => Number(a.text))")
    said = answers["probabilities"].argmax(1)
    assert counts == [int(((answers["labels"] == i) & (said == j)).sum()) for i in range(3) for j in range(3)]

    with page.expect_download() as waited:
        page.get_by_role("button", name="weights.safetensors").click()
    assert waited.value.path().read_bytes() == (run / "weights.safetensors").read_bytes()
    with page.expect_download() as waited:
        page.get_by_role("button", name="Curves as CSV").click()
    lines = waited.value.path().read_text("utf-8").splitlines()
    told = [json.loads(line) for line in (run / "events.jsonl").read_text("utf-8").splitlines()]
    losses = [loss for event in told if event["event"] == "steps" for loss in event["loss"]]
    assert lines[0].startswith("step,epoch,loss,lr") and [float(line.split(",")[2]) for line in lines[1:]] == losses
    with page.expect_download() as waited:
        page.get_by_role("button", name="PyTorch script").click()
    compile(waited.value.path().read_text("utf-8"), "script.py", "exec")


def test_runs_are_compared_named_and_deleted(open_page, trainer, data):
    shares = {"000000b1": 0.25, "000000b2": 0.75}
    other, run = (
        made(id, "finished", [start(), steps(1, 2.0, 1.5), epoch(1, share)], folder=data / "runs" / id).folder
        for id, share in shares.items()
    )
    page = open_page(f"/training?run={run.name}", server=trainer)
    status(page, "finished")
    page.get_by_role("link", name="All runs").click()
    for one in (other, run):
        page.locator(f".st-key-training-tick-{one.name}").locator("label").first.click()
        page.wait_for_url(re.compile(rf"view=runs&with=.*{one.name}"))
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    # Read in one go with the wait: the figure is drawn anew while the page takes shape.
    both = """() => {
        const { data } = document.querySelector('.js-plotly-plot') ?? {};
        return data?.length === 2 && data.map((curve) => [...curve.y]);
    }"""
    curves = page.wait_for_function(both).json_value()
    assert sorted(curves) == [[share] for share in shares.values()]
    page.locator(f".st-key-training-menu-{run.name} button").click()
    name = page.get_by_role("textbox", name="Name")
    name.fill("<b>mine</b> *1*")
    name.press("Enter")
    expect(page.get_by_role("link", name="<b>mine</b> *1*")).to_be_visible()
    assert json.loads((run / "run.json").read_text("utf-8"))["name"] == "<b>mine</b> *1*"
    if not page.get_by_role("button", name="Delete it for good").is_visible():
        page.locator(f".st-key-training-menu-{run.name} button").click()
    page.get_by_role("button", name="Delete it for good").click()
    expect(page.get_by_role("link", name="<b>mine</b> *1*")).to_have_count(0)
    assert not run.exists()


def test_a_run_is_its_browsers_and_others_watch_it_until_they_have_its_key(begin, open_page, trainer, data):
    page = begin(epochs=1000)
    status(page, "trains")
    button(page, "Pause").click()
    status(page, "paused")
    id = page.url[-8:]
    with_key = page.get_by_role("link", name="This run with its key").get_attribute("href")
    assert re.search(rf"run={id}&key=[0-9a-f]{{32}}$", with_key)
    own = page.evaluate("localStorage.getItem('stride:key')")
    assert own and own not in "".join(file.read_text("utf-8") for file in (data / "runs" / id).glob("*.json"))

    other = open_page(f"/training?run={id}", server=trainer)
    status(other, "paused")
    expect(other.get_by_text("Another browser’s run: you are watching it.")).to_be_visible()
    expect(button(other, "Stop")).to_have_count(0)
    assert other.evaluate(
        """async (id) => {
          const asked = { method: "POST", headers: { "Content-Type": "application/json" }, body: '{"act": "stop"}' };
          return (await (await fetch(`engine/watch/${id}`, asked)).json()).message;
        }""",
        id,
    ).startswith("This run is another browser's")
    other.get_by_role("link", name="All runs").click()
    expect(other.get_by_text(re.compile("This browser has no run yet|of this browser"))).to_be_visible()
    expect(other.locator(f".st-key-training-menu-{id}")).to_have_count(0)

    other.goto(f"{trainer.url}/training?run={id}&key={with_key[-32:]}")
    button(other, "Stop").click()
    status(other, "stopped")
    assert other.url.endswith(f"?run={id}")  # the key is kept, and not in a link that is passed on
    for one in (other, page):
        one.get_by_role("link", name="All runs").click()
        expect(one.locator(f".st-key-training-menu-{id} button").first).to_be_visible()


def test_a_zip_of_pictures_is_what_a_new_training_takes(open_page, trainer, folder, tmp_path):
    file = shutil.make_archive(str(tmp_path / "colours"), "zip", folder)
    page = open_page(SMALL, server=trainer)
    page.get_by_role("button", name="Upload a zip").click()
    page.locator(".st-key-own-training input[type=file], [data-testid=stPopoverBody] input[type=file]").set_input_files(
        file
    )
    expect(page.locator(".tr.named")).to_have_text("colours", timeout=PATIENCE_MS)
    expect(page.get_by_text("144 pictures to train on, 36 to test on, 3 classes")).to_be_visible()
    assert "/uploads/" in query(page)["data"]
    (tmp_path / "bad.zip").write_bytes(b"no zip")
    page.locator("[data-testid=stPopoverBody] input[type=file]").set_input_files(tmp_path / "bad.zip")
    expect(page.get_by_text("The file is no zip that can be read, or it is broken.")).to_be_visible()
    expect(page.locator(".tr.named")).to_have_text("colours")


def test_cifar10_is_downloaded_cancelled_and_tried_again(open_page, tmp_path):
    files = archive.drawn()
    right, port = archive.packed(files), free_port()
    sums = [f"{name}={archive.md5(content)}" for name, content in files.items()]
    with contextlib.closing(archive.Server(right)) as source:
        command = [sys.executable, "-c", SERVE, str(port), source.url, archive.md5(right), *sums]
        env = {"STRIDE_DATA": str(tmp_path / "data")}
        with serving(tmp_path / "log.txt", command=command, port=port, env=env) as server:
            page = open_page("/training?data=cifar10", server=server)
            expect(page.get_by_text("CIFAR-10 is not on this machine yet")).to_be_visible()
            assert page.get_by_role("button", name="Start training").is_disabled()
            source.pace = 1.0
            page.get_by_role("button", name="Download CIFAR-10").click()
            expect(page.get_by_text("CIFAR-10: downloading")).to_be_visible()
            expect(
                page.get_by_text(re.compile("0.[1-9] MB of 0.4 MB, 0.[0-9] MB a second, [0-9]+ s left"))
            ).to_be_visible()
            page.get_by_role("button", name="Cancel").click()
            expect(page.get_by_text("The download was cancelled; what had come was deleted.")).to_be_visible()
            source.pace, source.content = 0.0, right[:-40] + bytes(40)
            page.get_by_role("button", name="Download CIFAR-10").click()
            expect(page.get_by_text(re.compile("checksum .* It was thrown away"))).to_be_visible()
            assert not list((tmp_path / "data").glob("cifar-10*"))
            source.content = right
            page.get_by_role("button", name="Try again").click()
            expect(page.get_by_text("100 pictures to train on, 20 to test on, 10 classes")).to_be_visible()
            assert page.get_by_role("button", name="Start training").is_enabled()
            page.goto("about:blank")


def test_a_run_goes_on_after_the_app_was_ended_or_killed_and_started_again(open_page, folder, tmp_path):
    env = {"STRIDE_DATA": str(tmp_path / "data"), "STRIDE_FOLDERS": "/"}
    query = f"preset=tutorial&data=folder:{folder}&stack={STACK}&whiten=0&batch_size=8&lr=0.01&epochs=1000"
    with serving(tmp_path / "first.txt", env=env) as server:
        page = open_page(f"/training?{query}", server=server)
        page.get_by_role("button", name="Start training").click()
        page.wait_for_url(re.compile(r"\?run=[0-9a-f]{8}$"))
        status(page, "trains")
        grown(page, 20)
        run = folder_of(page, tmp_path / "data")
        link = page.get_by_role("link", name="This run with its key").get_attribute("href")
        page.goto("about:blank")
        server.process.terminate()
        server.process.wait()
    first = json.loads((run / "state.json").read_text("utf-8"))["step"]
    with serving(tmp_path / "second.txt", env=env) as server:
        page = open_page(f"/training?run={run.name}", server=server)
        status(page, "trains")
        grown(page, first + EPOCH)  # a run writes its step down when an epoch ends
        page.goto("about:blank")
        server.process.kill()
        server.process.wait()
    second = json.loads((run / "state.json").read_text("utf-8"))["step"]
    with serving(tmp_path / "third.txt", env=env) as server:  # at another address, where the browser has no key
        page = open_page(f"/{link}", server=server)
        status(page, "trains")
        grown(page, second + EPOCH)
        button(page, "Stop").click()
        status(page, "stopped")
        page.goto("about:blank")
    assert json.loads((run / "state.json").read_text("utf-8"))["step"] > second > first > 0
