"""The page Training without a browser: which parts a run has, and the table of runs."""

import pytest
from streamlit.testing.v1 import AppTest

from engine.training.runs import Asker
from tests.pages.opened import opened
from tests.pages.states.training.made import happens, made, start


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path / "stride"))


def test_a_run_that_trains_is_drawn_by_the_browser_and_one_that_has_ended_has_its_files_below():
    assert not opened("training", run=made(events=[start()]).id).get("download_button")
    at = opened("training", run=made("ended", "stopped", events=[start()]).id)
    assert "## Take it along" in [one.value for one in at.markdown]
    assert any("2 threads" in one.value or "1 thread, PyTorch" in one.value for one in at.caption)


def test_a_run_that_is_broken_is_said():
    run = made()
    (run.folder / "run.json").write_text("{}")
    at = opened("training", run=run.id)
    assert len(at.error) == 1 and "is no run" in at.error[0].value


def test_the_table_of_runs_says_what_could_not_be_done_and_a_deleted_run_leaves_the_link():
    first, second = made("first", "stopped", events=[start()]), made("second", "stopped", events=[start()])
    at = opened("training", view="runs", **{"with": f"{first.id}~{second.id}"})
    at = at.text_input(key=f"training.name.{first.id}").set_value(" ").run()
    assert not at.exception and len(at.error) == 1 and "name" in at.error[0].value.lower()
    assert not at.run().error, "it is said once"
    at = at.button(key=f"training.delete.{first.id}").click().run()
    assert not at.exception and not first.folder.exists()
    assert at.query_params == {"view": "runs", "with": second.id}


def test_the_table_holds_the_browsers_own_runs_and_broken_ones_can_be_deleted():
    mine, theirs = made("mine", "stopped", asker=Asker(("ann",))), made("theirs", "stopped", asker=Asker(("ben",)))
    broken = made("broken", "stopped", asker=Asker(("ann",)))
    (broken.folder / "run.json").write_text("{")
    happens(mine, start())
    (theirs.folder / "events.jsonl").unlink()
    (theirs.folder / "events.jsonl").mkdir()
    at = opened("training", view="runs", **{"with": theirs.id})
    assert menus(at) == set()
    at.session_state["picture.holder"].asker = Asker(("ann",))
    at = at.run()
    assert menus(at) == {mine.id, broken.id} and len(at.warning) == 1 and "cannot be read" in at.warning[0].value
    at = at.button(key=f"training.delete.{broken.id}").click().run()
    assert not at.exception and not at.error and not broken.folder.exists() and theirs.folder.exists()


def menus(at: AppTest) -> set[str]:
    """The ids of the runs that can be deleted."""
    return {one.key.rpartition(".")[2] for one in at.button if (one.key or "").startswith("training.delete")}
