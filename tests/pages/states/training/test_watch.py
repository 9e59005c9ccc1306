"""Watching a run: what is shown of it, read and drawn once for all watchers; what its buttons do."""

import errno
import json
import re
import shutil
import threading
import time
from html import unescape

import pytest

from engine.training import jobs, runs
from engine.training.runs import Run
from pages.states.training import watch
from tests.pages.address import get, post
from tests.pages.states.training.made import epoch, happens, made, start, steps


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path / "stride"))
    monkeypatch.setattr(jobs, "submit", lambda run: None)
    return tmp_path


def blocks(sheet: list[dict]) -> list[dict]:
    """Every block of a sheet, also those inside others."""
    inner = [part for block in sheet for part in (*block.get("columns", ()), block.get("blocks", ()))]
    return [*sheet, *(block for part in inner for block in blocks(part))]


def text(sheet: list[dict], role: str = "") -> str:
    """What a sheet says, without its tags; role: only texts with it."""
    said = [block["html"] for block in blocks(sheet) if "html" in block and block.get("role", "").startswith(role)]
    return unescape(re.sub("<[^>]*>", " ", " ".join(said)))


def shown(run: Run) -> list[dict]:
    return watch.shown(run.id, anew=True).answer["sheet"]


def losses(sheet: list[dict]) -> list[float]:
    return next(block for block in blocks(sheet) if block.get("key") == "loss")["figure"]["data"][0]["y"]


# What a run shows


@pytest.mark.parametrize(
    ("changes", "title", "more"),
    [
        ({"skipped": ["x/<1>.txt: why"], "skipped_count": 1}, "1 file could not be used and was left out", ""),
        ({"skipped": [f"x/{k}" for k in range(100)], "skipped_count": 12_345},
         "12,345 files could not be used and were left out", "… and 12,295 more."),
        ({"skipped": ["x/1", "x/2"], "skipped_count": 2}, "2 files could not be used and were left out", ""),
    ],
)  # fmt: skip
def test_how_many_files_were_left_out_is_said(changes, title, more):
    said = text(shown(made(events=[start(**changes)])))
    assert title in said and changes["skipped"][0] in said and ("… and" in said) == bool(more) and more in said


@pytest.mark.parametrize(("layer", "whiten", "said"), [(1, False, False), (2, False, False), (2, True, True)])
def test_the_first_layer_is_called_whitened_only_where_it_was(layer, whiten, said):
    filters = {"shape": [4, 3, 2, 2], "values": [0.5] * 48, "layer": layer, "channels": 3}
    look = {"event": "look", "seconds": 1, "epoch": 0.5, "filters": filters, "samples": []}
    run = made(events=[start(), look])
    held = json.loads((run.folder / "run.json").read_text("utf-8"))
    held["config"]["whiten"] = whiten
    (run.folder / "run.json").write_text(json.dumps(held))
    captions = text(shown(run), "caption")
    assert "Grey is 0" in captions and ("whitened" in captions) == said


def test_a_network_without_a_relu_has_no_dead_ones():
    sentence = "Only a ReLU can be dead, which means 0 for every picture, and this network has none."
    assert sentence in text(shown(made(events=[start(), epoch(1)])), "notice")
    assert sentence not in text(shown(made(events=[start()])))


def test_a_run_says_what_was_deleted_for_it_while_it_trains(monkeypatch):
    oldest, second = made("the first", "finished"), made("the *second*", "finished")
    monkeypatch.setenv("STRIDE_RUNS_COUNT", "2")
    to = watch.acted(oldest.id, "again")["go"]
    assert oldest.folder.is_dir() and not second.folder.exists()
    again = runs.get(to["run"])
    assert again.name == "the first again" and "Deleted to make room: the *second*." in text(shown(again), "caption")
    again.write_state(status="stopped")
    assert "make room" not in text(shown(again))


def test_a_name_is_no_markup_and_a_new_training_like_it_is_a_link():
    run = made("<b>mine</b> *1*")
    sheet = shown(run)
    assert "<b>mine</b> *1*" in text(sheet)
    link = next(block for block in blocks(sheet) if block["kind"] == "link")
    assert link["page"] == "training" and link["query"]["data"] == "shapes" and "GELU" in link["query"]["stack"]


def test_what_comes_and_goes_leaves_the_other_blocks_where_they_are():
    """The browser changes a block in place where the one at its place is of the same kind."""
    kinds = [
        [(block["kind"], block.get("key")) for block in shown(run)]
        for run in (made(status="queued"), made(events=[start(skipped=["x"])]), made("b", "failed", message="why"))
    ]
    assert kinds[0] == kinds[1] == kinds[2] and len(kinds[0]) > 5


# Whose it is

ANN, BEN = runs.Asker(("ann's key",)), runs.Asker(("ben's key",))


def test_others_look_at_a_run_and_do_not_change_it():
    run = made(asker=ANN)
    for act in ("pause", "stop", "run", "on"):
        said = watch.acted(run.id, act, BEN)["message"]
        assert said.startswith("This run is another browser's") and run.word() == "run"
    assert watch.acted(run.id, "stop", ANN)["message"] == "" and run.word() == "stop"
    to = watch.acted(run.id, "again", BEN)["go"]  # to train the same is a run of one's own
    assert BEN.owns(runs.get(to["run"]).owner) and not ANN.owns(runs.get(to["run"]).owner)


def test_what_others_see_has_no_buttons_that_they_cannot_use():
    def labels(asker):
        sheet = watch.shown(run.id, asker).answer["sheet"]
        return [block["label"] for block in blocks(sheet) if block["kind"] == "button"], text(sheet)

    run = made(asker=ANN)
    assert labels(ANN)[0] == ["Pause", "Stop"] and labels(BEN)[0] == []
    assert "Another browser’s run" in labels(BEN)[1] and "Another browser’s run" not in labels(ANN)[1]
    run.write_state(status="stopped")
    watch._WATCHED.results.clear()
    assert labels(ANN)[0] == ["Go on", "Start again"] and labels(BEN)[0] == ["Start again"]


def test_a_run_that_goes_on_has_a_place_in_its_browsers_queue_too(monkeypatch):
    monkeypatch.setenv("STRIDE_OWN_QUEUE", "1")
    run = made(status="stopped", asker=ANN)
    assert watch.acted(run.id, "on", ANN)["message"] == ""
    made(status="queued", asker=ANN)
    assert "1 of your runs wait or train, and 1 may" in watch.acted(run.id, "on", ANN)["message"]


def test_the_address_knows_who_asks_by_the_keys_in_a_header():
    run = made(asker=runs.Asker(("ann, äöü",)))
    others = post(at(run), {"act": "stop"}, headers={"Stride-Keys": "ben"}).data
    assert "another browser's" in others["message"] and run.word() == "run"
    assert (
        post(at(run), {"act": "stop"}, headers={"Stride-Keys": "x,ann%2C%20%C3%A4%C3%B6%C3%BC"}).data["message"] == ""
    )
    assert post(at(run), {"act": "stop"}, headers={"Stride-Keys": ",".join("x" * 10)}).status == 404


# Once for all


def test_what_has_happened_is_read_once_and_drawn_when_it_has_changed(monkeypatch):
    run, reads = made(events=[start(), steps(1, 2.0, 1.5)]), []
    first = watch.shown(run.id)
    assert losses(first.answer["sheet"]) == [2.0, 1.5] and json.loads(first.body) == first.answer
    events = Run.events
    monkeypatch.setattr(Run, "events", lambda run, since: reads.append(since) or events(run, since))
    monkeypatch.setattr(watch, "FRESH_S", 0.0)
    assert watch.shown(run.id) is first and reads == []
    size = (run.folder / "events.jsonl").stat().st_size
    happens(run, steps(3, 1.25))
    second = watch.shown(run.id)
    assert losses(second.answer["sheet"]) == [2.0, 1.5, 1.25] and second.mark != first.mark and reads == [size]


def test_a_run_that_changes_all_the_time_is_drawn_now_and_then(monkeypatch):
    run = made(events=[start(), steps(1, 2.0)])
    first = watch.shown(run.id)
    happens(run, steps(2, 1.5))
    assert watch.shown(run.id) is first
    monkeypatch.setattr(watch, "FRESH_S", 0.0)
    assert losses(watch.shown(run.id).answer["sheet"]) == [2.0, 1.5]


def test_many_watchers_at_once_get_one_drawing(monkeypatch):
    run, drawings, draw = made(events=[start(), steps(1, 2.0)]), [], watch.fill
    monkeypatch.setattr(watch, "fill", lambda page, told: drawings.append(1) or time.sleep(0.05) or draw(page, told))
    answers = []
    watchers = [threading.Thread(target=lambda: answers.append(watch.shown(run.id))) for _ in range(12)]
    for one in watchers:
        one.start()
    for one in watchers:
        one.join()
    assert len(answers) == 12 and len({answer.mark for answer in answers}) == 1 and len(drawings) == 1


def test_a_queue_moves_though_a_runs_own_files_do_not(monkeypatch):
    monkeypatch.setenv("STRIDE_RUNS", "1")
    first, second = made("first", "queued", queued=1.0), made("second", "queued", queued=2.0)
    made("at work")
    monkeypatch.setattr(watch, "FRESH_S", 0.0)
    monkeypatch.setattr(watch, "TICK_S", 0.0)
    assert "Place 2 in the queue." in text(watch.shown(second.id).answer["sheet"])
    first.write_state(status="stopped")
    assert "Place 1 in the queue." in text(watch.shown(second.id).answer["sheet"])


def test_only_so_many_runs_are_held():
    for k in range(watch.MOST_HELD + 3):
        assert watch.shown(made(f"run {k}", "finished").id).mark
    assert len(watch._WATCHED.results) == watch.MOST_HELD


def test_a_history_is_the_askers_own():
    run = made(events=[start(), steps(1, 2.0)])
    before = watch.history_of(run)
    happens(run, steps(2, 1.5))
    assert watch.history_of(run).loss == [2.0, 1.5] and before.loss == [2.0]


# What can be done


@pytest.mark.parametrize(("act", "status"), [("pause", "running"), ("run", "paused"), ("stop", "running")])
def test_a_word_that_cannot_be_written_is_said(act, status, monkeypatch):
    def no_room(path, text):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    run = made(status=status)
    with monkeypatch.context() as full:
        full.setattr("engine.training.records.write_text", no_room)
        message = watch.acted(run.id, act)["message"]
    assert message == "A file could not be read or written: No space left on device."
    assert run.word() == "run" and watch.acted(run.id, act)["message"] == ""
    assert run.word() == act


def test_pause_becomes_resume_and_stop_is_asked_for_once():
    def buttons(run):
        return {block["label"]: block["disabled"] for block in blocks(shown(run)) if block["kind"] == "button"}

    run = made()
    assert buttons(run) == {"Pause": False, "Stop": False}
    run.write_state(status="paused")
    assert buttons(run) == {"Resume": False, "Stop": False}
    with run.hold():  # a process trains it, and has not heard yet
        watch.acted(run.id, "stop")
    assert buttons(run) == {"Resume": True, "Stop": True}
    run.write_state(status="stopped")
    assert buttons(run) == {"Go on": False, "Start again": False}
    run.write_state(status="finished")
    assert buttons(run) == {"Start again": False}


# The address


def at(run: Run) -> str:
    return f"/{watch.path(run.id)}"


def test_the_address_answers_what_is_new_and_no_more():
    run = made(events=[start(), steps(1, 2.0)])
    answer = get(at(run)).data
    assert answer["active"] and losses(answer["sheet"]) == [2.0]
    same = get(at(run), has=answer["mark"])
    assert same.status == 204 and same.body == b""
    other = post(at(run), {"act": "stop"}).data
    assert not other["active"] and other["mark"] != answer["mark"] and run.state().status == "stopped"


@pytest.mark.parametrize("id", ["zzzzzzzz", "0123456", "..%2F..%2Fx", "0123abcd"])
def test_an_address_of_no_run_is_refused(id):
    path = f"/engine/watch/{id}"
    assert [get(path).status, post(path, {"act": "stop"}).status] == [404, 404]


def test_a_run_that_was_deleted_meanwhile_is_said(monkeypatch):
    monkeypatch.setattr(watch, "FRESH_S", 0.0)
    run = made()
    assert get(at(run)).status == 200
    shutil.rmtree(run.folder)
    for answer in (get(at(run)), post(at(run), {"act": "stop"})):
        assert answer.status == 404 and "there is no run" in answer.data["error"]


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"act": null}', '{"act": ["stop"]}', '{"act": "delete"}', "["])
def test_an_act_that_makes_no_sense_is_refused(body):
    run = made()
    answer = post(at(run), body=body.encode())
    assert answer.status == 400 and answer.data["error"] and run.word() == "run"


def test_another_sites_form_cannot_act():
    """A browser sends JSON to another site only where that site has allowed it before."""
    run = made()
    for type in ("text/plain", "application/x-www-form-urlencoded", ""):
        assert post(at(run), {"act": "stop"}, type=type).status == 415 and run.word() == "run"


@pytest.mark.parametrize(
    ("status", "end"),
    [
        ("finished", [{"event": "finished", "seconds": 9.0, "test_accuracy": 0.5, "images_per_second": 9.0}]),
        ("running", []),
    ],
)
def test_a_run_that_learns_nothing_says_so_and_what_to_change(status, end):
    run = made(status=status, events=[start(steps=200, steps_per_epoch=100), steps(1, *[5e7] * 150), *end])
    said = text(shown(run), "notice warning")
    assert "It is not learning: its loss is about 50,000,000, and an even guess among 2 classes" in said
    assert "Lower the learning rate" in said
