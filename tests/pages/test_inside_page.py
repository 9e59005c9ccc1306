"""The page Inside the network without a browser: without a network, and every tab with one; torch stays away."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU
from engine.network import Network, zoo
from engine.network.blocks import Residual
from engine.training import runs, trained
from engine.training.config import INPUT_SHAPE, Config
from tests.engine.training.trained_file import pictures, stages, write
from tests.imports import heavy_after

ROOT = Path(__file__).resolve().parents[2]
NAVIGATION = ROOT / "pages" / "navigation.py"
BLOCKS = Network(
    INPUT_SHAPE,
    (Conv2d(3, 8, 3), MaxPool2d(6), Residual((Conv2d(8, 8, 3, padding=1),), (), ReLU()), Flatten(), Linear(200, 10)),
)
NETWORKS = {"stages": stages(8, 16, 16), "small-cnn": zoo.SMALL.network, "blocks": BLOCKS}


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
    monkeypatch.setattr(trained, "BUNDLED", tmp_path / "models")


def finished(network, **changes) -> runs.Run:
    run = runs.create(Config(network), "a run")
    write(run.weights, network, **changes)
    run.write_state(status="finished")
    return run


def opened(**query) -> AppTest:
    at = AppTest.from_file(NAVIGATION, default_timeout=60)
    at.run()
    at.query_params.update(query)
    at = at.switch_page("inside.py").run()
    assert not at.exception
    return at


def said(at: AppTest) -> str:
    return " ".join(one.value for one in (*at.markdown, *at.text, *at.caption, *at.info, *at.warning))


def test_without_a_network_the_page_says_so_and_leads_to_the_training():
    at = opened()
    assert "no trained network on this machine yet" in at.info[0].value
    assert "training" in {one.proto.page for one in at.get("page_link")}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_opens_with_its_answer(name):
    at = opened(run=finished(NETWORKS[name]).id)
    assert "What does a trained network see" in said(at)
    assert [tab.label for tab in at.tabs] == [
        "Why this answer?", "Kernels", "What excites a channel?", "Check against PyTorch", "The network's card",
    ]  # fmt: skip


def test_a_block_is_shown_but_not_stepped_through():
    at = opened(run=finished(BLOCKS).id, at="3.0")
    assert any("Residual is a block of layers" in one.value for one in at.info)


def test_a_link_that_cannot_be_followed_is_said():
    finished(NETWORKS["small-cnn"])
    at = opened(run="ffffffff", x="nonsense", at="<b>")
    text = said(at)
    assert 'run "ffffffff" is not here' in text and "is not a path such as" in text and "Picture" in text


def test_a_picture_that_cannot_be_read_is_said_whatever_is_open():
    at = opened(run=finished(BLOCKS).id, at="3.0")
    at.session_state["inside.message"] = "The file *x* cannot be read"
    at.run()
    assert not at.exception and "The file \\*x\\* cannot be read" in said(at)


def read_as_markdown(at: AppTest) -> list[str]:
    """Every text that the browser will read as Markdown."""
    found, waiting = [], [at.main]
    while waiting:
        node = waiting.pop()
        waiting += getattr(node, "children", {}).values()
        proto = node.proto
        if proto is not None and hasattr(proto, "WhichOneof") and proto.DESCRIPTOR.name == "Block":
            proto = getattr(proto, proto.WhichOneof("type")) if proto.WhichOneof("type") else None
        if proto is None or proto.DESCRIPTOR.name in ("Text", "Html"):
            continue
        found += [value for field in ("label", "help", "body") if isinstance(value := getattr(proto, field, None), str)]
    return [text for text in found if text]


@pytest.mark.parametrize("tab", ["Why this answer?", "Kernels", "What excites a channel?", "The network's card"])
def test_names_that_somebody_gave_are_no_markup(tab, tmp_path):
    classes, network = (":red[cat]", "$dog$"), BLOCKS.with_layers((*BLOCKS.layers[:-1], Linear(200, 2)))
    config = Config(network, data=f"folder:{pictures(tmp_path / '*pets*', classes)}")
    run = runs.create(config, "*mine* :red[x] $y$")
    write(run.weights, network, classes=list(classes), config=config.as_dict())
    run.write_state(status="finished")
    at = AppTest.from_file(NAVIGATION, default_timeout=60).run()
    at.session_state["inside.tab"] = tab
    at.query_params.update({"run": run.id, "x": "own-2", "at": "5.0"})
    at = at.switch_page("inside.py").run()
    if tab.startswith("What excites"):
        next(one for one in at.button if one.label.startswith("Search")).click()
        at.run()
        assert "the strongest of 4 \\*pets\\* test pictures" in said(at)
    assert not at.exception
    texts = read_as_markdown(at)
    for name in ("\\*mine\\*", "\\*pets\\* test"):
        assert any(name in text for text in texts), name
    if tab.startswith(("Why", "What")):
        assert any("\\:red\\[cat" in text or "\\$dog" in text for text in texts)
    for name in (":red[", "*mine*", "*pets*", "$y", "$dog"):
        assert not [text for text in texts if name in text.replace("\\" + name[0], "")], name


def with_tab(at: AppTest, tab: str) -> AppTest:
    at.session_state["inside.tab"] = tab
    at.run()
    assert not at.exception
    return at


@pytest.mark.parametrize("whiten", [True, False])
def test_kernels_that_were_computed_are_not_called_learned(whiten):
    network = stages(8, 16, 16)
    run = finished(network, config=Config(network, whiten=whiten).as_dict())
    text = said(with_tab(opened(run=run.id, at="1.0"), "Kernels"))
    assert ("These were not trained: they are computed from the training pictures" in text) == whiten
    assert ("First layers usually learn" in text) != whiten


def test_the_page_imports_neither_torch_nor_dask(tmp_path):
    finished(NETWORKS["stages"])
    code = (
        "from streamlit.testing.v1 import AppTest; "
        f"at = AppTest.from_file({str(NAVIGATION)!r}, default_timeout=60).run().switch_page('inside.py').run(); "
        "assert not at.exception and len(at.tabs) == 5"
    )
    assert heavy_after(code) == []
