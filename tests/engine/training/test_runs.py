"""Runs on disk, and how one is carried out; a stand-in trains, so that no test here needs torch."""

import errno
import json
import os
import socket
import threading
import time
from pathlib import Path

import pytest

from engine.training import runs
from engine.training.records import Lines
from engine.training.runs import RunState, all_runs, carry, create, get, make_room, place_in_queue
from engine.training.runs.state import Owner
from tests.engine.training.small import config


@pytest.fixture(autouse=True)
def data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
    for name in ("COUNT", "BYTES"):
        monkeypatch.delenv(f"STRIDE_RUNS_{name}", raising=False)
    monkeypatch.delenv("STRIDE_KEY", raising=False)


def events_of(epochs=2, last="finished"):
    """What a training of two steps an epoch tells."""
    yield {"event": "start", "seconds": 0.0, "steps": 2 * epochs, "steps_per_epoch": 2, "resumed_from": None}
    for epoch in range(1, epochs + 1):
        first, figures = 2 * epoch - 1, {"lr": [0.1, 0.1], "images_per_second": 9.0}
        yield {"event": "steps", "seconds": first, "first": first, "loss": [2.0, 1.0 / epoch], **figures}
        yield {"event": "epoch", "seconds": first + 1, "epoch": epoch, "test_accuracy": 0.1 * epoch}
    more = {"finished": {"test_accuracy": 0.25}, "diverged": {"step": 4, "what": "the loss is NaN"}, "stopped": {}}
    yield {"event": last, "seconds": 9.0, **more[last]}


def carried(run, train=lambda config, data, **how: events_of(), load=lambda source, **how: "pictures", **how):
    return carry.carry_out(run, train=train, load=load, **how)


def names(run):
    return [event["event"] for event in run.events()[0]]


def test_a_run_is_found_by_its_id_with_all_that_was_asked():
    run = create(config(lr=0.25), "first", "quick")
    found = get(run.id)
    assert (found.name, found.preset, found.config) == ("first", "quick", config(lr=0.25))
    assert found.state().status == "queued"


@pytest.mark.parametrize("id", ["", "..", "../../etc", "ABCDEF01", "abcdef0", "abcdef01\n", "deadbeef", None])
def test_an_id_that_is_none_or_nobodys_is_refused(id):
    with pytest.raises(ValueError, match="run"):
        get(id)


def test_runs_are_listed_newest_first_renamed_and_deleted():
    first, second = create(config(), "first"), create(config(), "second")
    first.rename("other")
    assert [run.name for run in all_runs()] == ["second", "other"]
    second.delete()
    assert [run.id for run in all_runs()] == [first.id]


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 81])
def test_a_name_that_no_list_can_show_is_refused(name):
    with pytest.raises(ValueError, match="1 to 80"):
        create(config()).rename(name)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("quick on my\u00a0photos\n", "quick on my photos"),
        ("quick on \u202e\udcffpets", "quick on pets"),
        ("x" * 90, "x" * 80),
        ("x" * 79 + " y", "x" * 79),
        ("\u00a0\n", "quick on shapes"),
    ],
)
def test_a_name_made_from_a_folders_is_made_one_that_a_list_can_show(given, wanted):
    assert get(create(config(), given, "quick").id).name == wanted


def test_a_run_without_a_name_is_called_after_its_folder_whatever_that_is_called():
    assert create(config(data="folder:/home/my\u00a0\u2028photos"), preset="quick").name == "quick on my photos"


@pytest.mark.parametrize("held", ["", "[]", "{}", '{"name": 1, "created": 1}', '{"created": "now"}', "[" * 9999])
def test_broken_and_foreign_folders_are_listed_as_such(held):
    run = create(config(), "whole")
    broken, foreign = runs.runs_folder() / "0123abcd", runs.runs_folder() / "notes"
    for folder in (broken, foreign):
        folder.mkdir()
        (folder / "run.json").write_text(held)
    listed = {run.id: run for run in all_runs()}
    assert set(listed) == {run.id, "0123abcd", "notes"}
    assert not listed[run.id].broken
    assert "0123abcd is no run" in listed["0123abcd"].broken
    assert listed["0123abcd"].state().status == "failed"
    with pytest.raises(ValueError, match="not a run's folder"):
        listed["notes"].delete()
    listed["0123abcd"].delete()
    assert not broken.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"created": 1}', "run.json: name: Field required"),
        ('{"name": "x", "created": "now"}', "run.json: created: Input should be a valid number"),
        ('{"name": "x", "created": 1, "removed": [3]}', "run.json: removed: 0: Input should be a valid string"),
        ('{"name": "x", "created": 1}', "settings are an object with the network's text"),
        ("[]", "run.json: Input should be an object"),
        ("{", "run.json: Invalid JSON"),
        (" " * 3 * 2**20, "run.json has 3,145,728 bytes; at most 2,097,152 are read"),
    ],
)
def test_what_is_wrong_with_a_run_is_said(content, said):
    run = create(config())
    (run.folder / "run.json").write_text(content)
    assert said in get(run.id).broken


def test_a_run_of_an_earlier_version_opens():
    run, settings = create(config()), config().as_dict()
    asked = {"id": run.id, "name": "old", "created": 12, "preset": None, "kept": True, "removed": ["older"]}
    del settings["test_shifts"]
    (run.folder / "run.json").write_text(json.dumps({**asked, "config": settings, "gone": 1}))
    (run.folder / "state.json").write_text('{"status": "finished", "epoch": 2, "loss": 1, "gone": []}')
    old = get(run.id)
    assert (old.broken, old.name, old.created, old.kept, old.removed) == ("", "old", 12, True, ("older",))
    assert old.config == config() and old.state() == RunState(status="finished", epoch=2, loss=1.0)
    assert old.rename("new").name == get(run.id).name == "new"


def test_a_broken_state_is_a_failure_with_a_sentence():
    run = create(config())
    (run.folder / "state.json").write_text('{"status": ')
    state = run.state()
    assert (state.status, state.message[:24]) == ("failed", "The run's state is broke")


WRONG = {
    "message": [None, 3], "step": ["3", None, 1.5, True], "epoch": [[]], "updated": ["now"], "seconds": [{}],
    "queued": [None, "x", float("nan"), float("inf"), 10**400], "started": ["x"], "loss": ["x"],
    "test_accuracy": [[1]], "threads": ["two", 0, -1], "submitted_by": [3], "submission": [None], "lost": ["x"],
    "owner": ["x", [], {}, {"host": "here"}, {"host": 1, "pid": 1}, {"host": "here", "pid": "1"}],
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_state_with_a_value_of_a_wrong_type_has_the_first_one(name, value):
    run, other = create(config()), create(config())
    held = {"status": "running" if name == "owner" else "queued", "lost_by": "memory", "loss": 0.5, name: value}
    (run.folder / "state.json").write_text(json.dumps(held))
    state = run.state()
    first = RunState(status="queued")
    assert state.model_dump() == {**first.model_dump(), **held, name: getattr(first, name)}
    assert place_in_queue(other) is not None and not state.elsewhere


def test_a_line_left_half_is_passed_over_and_the_next_begins_anew():
    run = create(config())
    file = run.folder / "events.jsonl"
    file.write_text('{"event": "start"}\n{"event": "ste')
    events, offset = run.events()
    assert [event["event"] for event in events] == ["start"]
    lines = Lines(file)
    lines.append({"event": "epoch"})
    lines.close()
    assert [event["event"] for event in run.events(offset)[0]] == ["epoch"]
    assert names(run) == ["start", "epoch"]


def test_the_oldest_ended_runs_go_and_never_kept_or_active_ones(monkeypatch):
    monkeypatch.setenv("STRIDE_RUNS_COUNT", "4")
    kept, waiting, old, young = (create(config(), name) for name in ("kept", "waiting", "old", "young"))
    for run in (kept, old, young):
        run.control("stop")
    kept.keep()
    new = create(config(), "new")
    assert new.removed == ("old",)
    assert {run.name for run in all_runs()} == {"kept", "waiting", "young", "new"}
    monkeypatch.setenv("STRIDE_RUNS_BYTES", str(sum(run.size() for run in all_runs()) - 1))
    assert make_room() == ["young"]
    assert get(waiting.id).state().status == "queued"


def test_nothing_goes_where_there_is_no_room_all_the_same(monkeypatch):
    old, waiting = create(config(), "old"), create(config(), "waiting")
    old.control("stop")
    monkeypatch.setenv("STRIDE_RUNS_BYTES", "10")
    with pytest.raises(ValueError, match="no room for one more run beside the 1 that stay"):
        create(config())
    assert {run.id for run in all_runs()} == {old.id, waiting.id}


# Whose they are


ANN, BEN = runs.Asker(("ann's key",)), runs.Asker(("ben's key",))


def ended(asker, name: str, **changes) -> runs.Run:
    run = create(config(**changes), name, asker=asker)
    run.control("stop")
    return run


def test_who_began_a_run_or_has_its_key_may_change_it_and_others_may_look(monkeypatch):
    run = get(create(config(), asker=ANN).id)
    held = "".join(file.read_text("utf-8") for file in run.folder.iterdir())
    assert "ann's key" not in held and ANN.key_of(run.id) not in held
    moved = runs.Asker(("her phone", ANN.key_of(run.id)))
    for asker in (ANN, moved):
        run.check_owner(asker)
    other = create(config(), asker=ANN)
    for asker, whose in ((BEN, run), (runs.Asker(), run), (moved, other), (runs.Asker((run.owner.browser,)), run)):
        with pytest.raises(ValueError, match="this run is another browser's"):
            whose.check_owner(asker)
    monkeypatch.setenv("STRIDE_KEY", "the teacher's")
    run.check_owner(runs.Asker(("ben's key", "the teacher's")))
    with pytest.raises(ValueError, match="another browser's"):
        run.check_owner(BEN)


def test_a_run_of_nobody_is_everybodys_until_there_is_an_operator(monkeypatch):
    run = create(config())
    (run.folder / "owner.json").unlink()  # as an earlier version left it
    get(run.id).check_owner(BEN)
    monkeypatch.setenv("STRIDE_KEY", "the teacher's")
    with pytest.raises(ValueError, match="another browser's"):
        get(run.id).check_owner(BEN)


def test_a_run_whose_settings_are_broken_is_still_its_owners():
    run = create(config(), asker=ANN)
    (run.folder / "run.json").write_text("{")
    listed = all_runs()[0]
    assert listed.broken and ANN.owns(listed.owner) and not BEN.owns(listed.owner)
    listed.delete()
    assert all_runs() == []


@pytest.mark.parametrize("keys", ["key", [3], ["x"] * 10, {"key": "x"}, None])
def test_what_is_no_list_of_keys_is_refused(keys):
    with pytest.raises(ValueError, match="key"), runs.asking(keys):
        pytest.fail("it was taken")


def test_a_key_that_is_none_opens_nothing_and_refuses_nothing():
    with runs.asking(["a", "", "x" * 201]) as asker:
        assert asker == runs.Asker(("a",))


def test_a_run_whose_owner_cannot_be_read_is_nobodys_but_the_operators(monkeypatch):
    run = create(config(), asker=ANN)
    (run.folder / "owner.json").write_text('{"browser": "ab')
    for asker in (ANN, BEN, runs.Asker()):
        with pytest.raises(ValueError, match="another browser's"):
            get(run.id).check_owner(asker)
    monkeypatch.setenv("STRIDE_KEY", "the teacher's")
    get(run.id).check_owner(runs.Asker(("the teacher's",)))


def test_who_asks_is_known_as_long_as_it_is_answered():
    with runs.asking(["a", "b"]) as asker:
        assert runs.asker() == asker == runs.Asker(("a", "b"))
    assert runs.asker() == runs.Asker()


def test_the_askers_own_runs_go_first_and_never_anothers_while_there_are_some(monkeypatch):
    monkeypatch.setenv("STRIDE_RUNS_COUNT", "4")
    oldest, mine, others, newer = ended(BEN, "ben 1"), ended(ANN, "ann"), ended(BEN, "ben 2"), ended(BEN, "ben 3")
    new = create(config(), "new", asker=ANN)
    assert new.removed == ("ann",) and mine.id not in {run.id for run in all_runs()}
    new.control("stop")
    new.keep()
    with pytest.raises(ValueError, match="no room"):
        create(config(), asker=ANN)
    assert {oldest.id, others.id, newer.id} < {run.id for run in all_runs()}


def test_who_has_none_gets_room_from_who_has_most(monkeypatch):
    monkeypatch.setenv("STRIDE_RUNS_COUNT", "4")
    ended(ANN, "ann's only one")
    for k in range(3):
        ended(BEN, f"ben {k}")
    for k in range(2):
        assert create(config(), asker=runs.Asker((f"new {k}",))).removed == (f"ben {k}",)


def test_55_runs_that_are_made_and_stopped_push_out_nobody_elses(monkeypatch):
    theirs = ended(ANN, "ann's finished one")
    monkeypatch.setenv("STRIDE_RUNS_COUNT", "6")
    for k in range(12):
        ended(BEN, f"ben {k}")
    assert theirs.id in {run.id for run in all_runs()} and len(all_runs()) == 6


def test_a_browser_and_all_of_them_have_a_bound_of_runs(monkeypatch):
    monkeypatch.setenv("STRIDE_OWN_RUNS", "2")
    first, second = ended(ANN, "a"), ended(ANN, "b")
    assert create(config(), asker=ANN).removed == ("a",) and not first.folder.exists()
    second.keep()
    with pytest.raises(ValueError, match="you have 2 runs, and 2 may be kept"):
        create(config(), asker=ANN)
    monkeypatch.setenv("STRIDE_KEY", "key")
    create(config(), asker=runs.Asker(("ann's key", "key")))


def test_a_browser_and_all_of_them_have_a_bound_of_runs_that_wait(monkeypatch):
    monkeypatch.setenv("STRIDE_OWN_QUEUE", "2")
    monkeypatch.setenv("STRIDE_QUEUE", "3")
    for _ in range(2):
        create(config(), asker=ANN)
    with pytest.raises(ValueError, match="2 of your runs wait or train, and 2 may"):
        create(config(), asker=ANN)
    waiting = create(config(), asker=BEN)
    with pytest.raises(ValueError, match="3 runs wait or train here, and 3 may"):
        create(config(), asker=BEN)
    waiting.control("stop")
    create(config(), asker=BEN)


# The queue


def test_the_queue_is_in_the_order_of_asking():
    first, second = create(config()), create(config())
    assert [place_in_queue(first), place_in_queue(second)] == [1, 2]
    first.control("stop")
    assert [place_in_queue(first), place_in_queue(second)] == [None, 1]


def test_whom_a_free_place_waits_for_is_before_the_queue():
    runs = [create(config()) for _ in range(3)]
    assert [place_in_queue(run, at_once=2) for run in runs] == [0, 0, 1]
    runs[0].write_state(status="paused")
    assert [place_in_queue(run, at_once=2) for run in runs] == [None, 0, 1]
    assert [place_in_queue(run, at_once=1) for run in runs] == [None, 1, 2]


def test_carrying_out_writes_events_and_where_it_is():
    run, told = create(config()), []
    state = carried(run, tell=told.append)
    assert names(run) == ["start", "steps", "epoch", "steps", "epoch", "finished"]
    assert told == run.events()[0]
    wanted = {"status": "finished", "step": 4, "steps": 4, "epoch": 2, "loss": 0.5, "test_accuracy": 0.25}
    assert {key: getattr(state, key) for key in wanted} == wanted
    assert carried(run, train=None).status == "finished"  # an ended run is not trained again


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ValueError("lr 9 is too large"), "Lr 9 is too large."),
        (MemoryError(), "There was not enough memory."),
        (RuntimeError("CUDA out of memory: tried"), "There was not enough memory."),
        (OSError(28, "No space left on device"), "A file could not be read or written: No space left on device."),
        (KeyError("x"), "The training stopped at an error that is Stride's: KeyError."),
    ],
)
def test_what_goes_wrong_is_told_in_a_sentence(error, sentence):
    def train(config, data, **how):
        yield from list(events_of())[:2]
        raise error

    run = create(config())
    assert carried(run, train=train).message.startswith(sentence)
    assert (run.state().status, names(run)[-1]) == ("failed", "failed")


def test_divergence_ends_the_run():
    state = carried(create(config()), train=lambda *given, **how: events_of(last="diverged"))
    assert (state.status, state.message) == ("diverged", "The training diverged at step 4: the loss is NaN.")


def test_a_waiting_run_that_is_stopped_never_begins():
    run = create(config())
    run.control("stop")
    assert (carried(run).status, names(run)) == ("stopped", [])


def test_one_run_is_carried_once_and_hears_what_it_is_told():
    run, began, words = create(config()), threading.Event(), []

    def train(config, data, *, control, **how):
        began.set()
        while (word := control()) != "stop":
            if not words or words[-1] != word:
                words.append(word)
        yield from [*list(events_of())[:1], {"event": "stopped", "seconds": 1.0}]

    first = threading.Thread(target=carried, args=(run, train))
    first.start()
    assert began.wait(10)
    with pytest.raises(ValueError, match="stop it first"):
        run.delete()
    run.control("pause")
    while "pause" not in words:
        assert first.is_alive()
    run.control("stop")
    first.join(10)
    assert (words, names(run)) == (["run", "pause"], ["start", "stopped"])


def test_a_second_carrier_leaves_a_run_to_the_first():
    run = create(config())
    with run.hold() as free:
        assert free
        got = []
        second = threading.Thread(target=lambda: got.append(carried(run)))
        second.start()
        second.join(10)
    assert (got[0].status, names(run)) == ("queued", [])


def test_a_run_whose_worker_was_killed_goes_on_and_says_so_but_not_for_ever():
    run = create(config())
    gone = {"owner": Owner(host=socket.gethostname(), pid=1), "started": 1.0}
    run.write_state(status="running", epoch=1, threads=3, **gone)
    (run.folder / "checkpoint.safetensors").touch()
    (run.folder / "checkpoint.safetensors.77.part").touch()
    state = carried(run, threads=1)
    assert (state.status, state.threads) == ("finished", 3)
    recovered = run.events()[0][0]
    assert (recovered["event"], recovered["lost"]) == ("recovered", True)
    assert recovered["message"] == "The worker was lost; the training went on from its checkpoint in epoch 2."
    assert not list(run.folder.glob("*.part"))

    run.write_state(status="running", lost=2, **gone)
    state = carried(run)
    assert (state.status, state.message[:29]) == ("failed", "The worker was lost 3 times w")


def test_what_a_killed_writer_left_goes_and_nobody_elses_files():
    run = create(config())
    left = [f"{name}.77-abcdef.part" for name in ("state.json", "run.json")]
    left += [f"{name}.safetensors.77.part" for name in ("checkpoint", "weights", "answers")]
    others = ["thesis.part", "film.mkv.part", "control.77-abcdef.part", "state.json.part", "run.json.78-abcdef.part"]
    for name in left + others:
        (run.folder / name).touch()
    os.utime(run.folder / "run.json.77-abcdef.part", (1, 1))  # the other one may be about to be renamed
    carried(run)
    assert sorted(path.name for path in run.folder.glob("*.part")) == sorted(others)


@pytest.mark.parametrize("begun", [False, True])
def test_a_run_that_is_stopped_while_its_pictures_are_read_says_whether_it_had_begun(begun):
    run = create(config())
    if begun:
        (run.folder / "checkpoint.safetensors").touch()
    told = []
    state = carried(run, load=lambda source, **how: run.control("stop"), tell=told.append)
    assert state.status == "stopped"
    assert state.message == ("It was stopped." if begun else "It was stopped before it began.")
    assert told == run.events()[0] == [{"event": "stopped", "seconds": 0.0, "epoch": 0, "step": 0}]


def test_a_stop_ends_the_reading_of_the_pictures():
    def load(source, *, seed, progress):
        for done in range(1000):
            progress(done, 1000)
            run.control("stop")
            time.sleep(0.01)
        pytest.fail("it read on")

    run = create(config())
    assert (carried(run, load=load).status, names(run)) == ("stopped", ["stopped"])


def test_a_run_that_is_told_to_stop_as_it_is_taken_up_leaves_an_event():
    run = create(config())
    (run.folder / "control").write_text("stop")  # by somebody who could not hold it
    assert (carried(run).status, names(run)) == ("stopped", ["stopped"])


def test_too_much_memory_twice_is_a_failure_that_says_memory():
    run = create(config())
    run.write_state(status="running", lost=1, lost_by="memory", owner=Owner(host=socket.gethostname(), pid=1))
    state = carried(run, memory=2 * 10**9)
    assert state.status == "failed"
    assert "more memory than the 2.0 GB that a run may take, 2 times" in state.message


def test_a_run_that_another_machine_is_at_is_left_alone(monkeypatch):
    monkeypatch.setattr(carry, "QUIET", 0.6)
    run = create(config())
    run.write_state(status="running", owner=Owner(host="elsewhere", pid=1))
    beat = threading.Timer(0.2, lambda: run.write_state(loss=0.5))
    beat.start()
    assert (carried(run).status, names(run)) == ("running", [])
    beat.join()
    assert carried(run).status == "finished"  # it has said nothing since


def test_looks_beyond_their_room_are_told_but_not_kept(monkeypatch):
    monkeypatch.setattr(carry, "LOOKS_BYTES", 100)

    def train(*given, **how):
        start, *_, last = events_of()
        looks = [{"event": "look", "seconds": k, "epoch": k / 4, "filters": "x" * 99} for k in range(8)]
        yield from [start, *looks, last]

    run, told = create(config()), []
    carried(run, train=train, tell=told.append)
    kept = [event["epoch"] for event in run.events()[0] if event["event"] == "look"]
    assert kept == [0, 1]
    assert sum(event["event"] == "look" for event in told) == 8


def test_a_state_is_never_seen_half_written():
    run, seen = create(config()), []
    done = threading.Event()

    def look():
        while not done.is_set():
            seen.append(json.loads((run.folder / "state.json").read_text("utf-8"))["status"])

    reader = threading.Thread(target=look)
    reader.start()
    carried(run, train=lambda *given, **how: events_of(epochs=60))
    done.set()
    reader.join()
    assert {"running"} <= set(seen) <= {"queued", "running", "finished"}


# What is wrong with the disk, and with files


@pytest.fixture
def full(monkeypatch):
    """A disk on which no file can grow; full() → that it is so from now on."""
    write, append = Path.write_text, Lines.append

    def refuse(path):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    def now() -> None:
        monkeypatch.setattr(Path, "write_text", lambda path, *how, **named: refuse(path))
        monkeypatch.setattr(Lines, "append", lambda lines, event: refuse("events.jsonl"))

    yield now
    monkeypatch.setattr(Path, "write_text", write)
    monkeypatch.setattr(Lines, "append", append)


def test_a_run_on_a_full_disk_has_failed_and_can_be_stopped(full):
    def train(config, data, **how):
        yield from list(events_of())[:2]
        full()
        yield from list(events_of())[2:]

    run, waiting = create(config()), create(config())
    carried(run, train=train)
    state = get(run.id).state()
    assert (state.status, state.step) == ("failed", 2)
    assert state.message == "A file could not be read or written: No space left on device. Is there room on the disk?"
    waiting.control("stop")
    assert (waiting.word(), waiting.state().status) == ("stop", "stopped")


def test_a_run_whose_events_are_a_folder_or_a_loop_fails_with_a_sentence():
    folder, loop = create(config()), create(config())
    (folder.folder / "events.jsonl").mkdir()
    (loop.folder / "events.jsonl").symlink_to(loop.folder / "events.jsonl")
    for run in (folder, loop):
        assert carried(run).status == "failed"
        assert run.state().message.startswith("A file could not be read or written:")
        with pytest.raises(ValueError, match=r"events\.jsonl cannot be read: "):
            run.events()


@pytest.mark.parametrize("when", [1e99, -1.0, 1e11])
def test_a_time_that_no_calendar_shows_is_none(when):
    run = create(config())
    (run.folder / "state.json").write_text(json.dumps({"status": "queued", "queued": when, "started": when}))
    assert (run.state().queued, run.state().started) == (0.0, None)
    held = json.loads((run.folder / "run.json").read_text("utf-8"))
    (run.folder / "run.json").write_text(json.dumps({**held, "created": when}))
    assert "run.json: created" in get(run.id).broken


def test_what_was_asked_for_is_nothing_where_it_cannot_be_read():
    run = create(config())
    (run.folder / "control").unlink()
    (run.folder / "control").mkdir()
    assert run.word() == "run"
