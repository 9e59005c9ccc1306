"""Sets without a browser: one is made, worked through by its answers, and thirty results are checked."""

import base64
import csv
import io
import json
import re
import shlex

import pytest

from engine.exercises import KINDS, TOPICS
from engine.exercises.__main__ import main
from engine.sets import ExerciseSet, exercises, letters, pasted
from engine.sets.result import RIGHT, Went
from engine.slips.names import TITLES
from pages.states.answers import answer
from pages.states.sets import take
from pages.states.sets.sets import FIRST
from tests.engine.sets.played import NAMES, SET, result
from tests.pages.states.asking import act, blocks, json_answer, said, widget

ADDRESS = "http://stride.example.org/class/sets"
ADA = {"set": SET.code, "learner": "Ada"}


def asked(page: str, query: dict, **value) -> dict:
    return json_answer(page, {"query": query, "ask": "guess", "value": value})


def turn(query: dict, **edit) -> dict:
    return act("sets", query, "edit", edit)


# Making one


def test_a_teacher_makes_a_set_and_its_link_and_code_lead_to_it():
    data = turn({}, knob="activation and pooling", text="ReLU")
    for edit in ({"knob": "count", "text": "9"}, {"knob": "level", "text": "4: all but the data blank"}):
        data = turn(data["query"], **edit)
    data = turn(data["query"], knob="own", text="the same numbers for all")
    one = ExerciseSet.read(data["query"]["set"])
    assert one == FIRST.changed(kinds=("conv-number", "relu", "max-pool", "neuron"), count=9, level=4, own=False)
    for address in (f"{ADDRESS}/", f"{ADDRESS}/index.html", ADDRESS):  # the first two: on the site without a server
        invite = widget(json_answer("sets", {"query": data["query"], "address": address}), "invite")
        assert invite["link"] == f"http://stride.example.org/class/set?set={one.code}"
    assert invite["place"] == "stride.example.org/class/set" and invite["code"].replace("-", "") == one.code
    assert "<svg" in invite["qr"] and "9 exercises" in invite["about"] and "level 4" in invite["about"]
    opened = act("set", {}, "code", invite["code"].lower())
    assert opened["query"] == {"set": one.code} and widget(opened, "entry")["act"] == "name"


def test_practice_leads_to_a_set_of_the_kind_on_show():
    data = json_answer("practice", {"query": {"kind": "softmax", "level": "1", "seed": "5000007"}})
    (link,) = (block["query"] for block in blocks(data) if block.get("page") == "sets")
    assert ExerciseSet.read(link["set"]) == ExerciseSet(("softmax",), count=6, level=2, seed=7)


def test_a_set_keeps_a_kind_and_has_an_exercise_of_each():
    query = {"set": FIRST.changed(kinds=("relu",), count=1).code}
    data = turn(query, knob="activation and pooling", text="ReLU")
    refused = [block["refused"] for block in blocks(data) if block["kind"] == "knobs" and block["refused"]]
    assert data["query"] == query and "at least one kind" in refused[0]["sentence"]
    data = turn(query, knob="sizes", text="Shape of the output")
    assert ExerciseSet.read(data["query"]["set"]).count == 2
    full = {"set": FIRST.changed(kinds=tuple(KINDS)[:30], count=30).code}
    last = list(KINDS.values())[-1]
    assert turn(full, knob=last.topic, text=last.title)["query"] == full
    topics = [knob["name"] for block in blocks(data) for knob in block.get("knobs", ()) if knob["kind"] == "several"]
    assert topics == list(TOPICS)


def test_a_page_that_only_this_machine_reaches_says_so():
    text = {a: said(json_answer("sets", {"query": {}, "address": a})) for a in (ADDRESS, "http://localhost:8501/sets")}
    assert "this machine alone" in text["http://localhost:8501/sets"] and "this machine alone" not in text[ADDRESS]
    assert "honest classroom" in text[ADDRESS]


def test_it_can_be_shown_large_and_a_damaged_code_is_said():
    data = act("sets", {"set": SET.code}, "large", True)
    assert data["query"] == {"set": SET.code, "show": "large"} and widget(data, "invite")["large"]
    assert not [block for block in blocks(data) if block["kind"] == "knobs" or block.get("key") == "take"]
    wrong = SET.code[:-1] + ("0" if SET.code[-1] != "0" else "1")
    for page in ("sets", "set", "results"):
        assert "code of the set has a wrong letter" in said(json_answer(page, {"query": {"set": wrong}}))
    assert "not complete" in act("set", {}, "code", "11B6")["message"]


def test_a_set_is_taken_along_and_the_command_makes_the_same(monkeypatch, tmp_path):
    query, names = {"set": SET.code}, "Ada\n zoë\n\nADA\n"
    made = asked("sets", query, file="json", names=names, address=ADDRESS)
    links = [one["link"] for one in json.loads(base64.b64decode(made["base64"]))["exercises"]]
    assert links == [one.link for name in ("Ada", "Zoë") for one in exercises(SET, name)]
    bank = base64.b64decode(asked("sets", query, file="moodle", names=names, address=ADDRESS)["base64"])
    assert bank.count(b'type="cloze"') == 12 and letters.grouped(SET.code).encode() in bank
    opened = json_answer("sets", {"query": query, "unfolded": ["take"], "address": ADDRESS})
    assert widget(opened, "take")["own"]
    (shown,) = (block["text"] for block in blocks(opened) if block["kind"] == "code")
    command = shlex.split(shown.replace('"Ada, Ben"', '"Ada, zoë"').replace("pdf", "json"))
    monkeypatch.chdir(tmp_path)
    assert command[:3] == ["python", "-m", "engine.exercises"] and main(command[3:]) == 0
    assert [one["link"] for one in json.loads((tmp_path / "class.json").read_text("utf-8"))["exercises"]] == links
    shared = SET.changed(own=False)
    made = asked("sets", {"set": shared.code}, file="json", names="", address="")
    links = [one["link"] for one in json.loads(base64.b64decode(made["base64"]))["exercises"]]
    assert links == [one.link for one in exercises(shared)]


def test_why_there_is_no_file_is_said():
    query = {"set": SET.code}
    names = "\n".join(map(str, range(41)))
    assert "one a line" in asked("sets", query, file="json", names=" \n", address="")["message"]
    assert "at most 40" in asked("sets", query, file="json", names=names, address="")["message"]
    for value in ({"file": "exe", "names": "", "address": ""}, {"names": ""}, {"file": []}, 7):
        with pytest.raises(ValueError, match="form"):
            answer("sets", {"query": query, "ask": "guess", "value": value})


# Working through it


def test_a_learner_plays_a_set_and_the_result_is_what_was_played():
    begun = act("set", {"set": SET.code}, "name", "  Ada ")
    assert begun["query"] == ADA
    run = widget(begun, "run")
    assert len(run["queries"]) == SET.count + 1 and run["exercise"]["title"] == "One output number"
    went = []
    for k, one in enumerate(exercises(SET, "Ada")):
        query = run["queries"][k]
        shown = widget(json_answer("set", {"query": query}), "run")["exercise"]
        assert shown["link"] == one.link and shown["end"] is None
        slips = []
        for item in one.asked:
            at = one.shown.index(item)
            if k == 1 and item.blank.slips and not slips:
                slip = next(slip for slip in item.blank.slips if isinstance(slip.value, float))
                verdict = asked("set", query, item=at, text=f"{slip.value:g}")
                assert verdict["wrong"] and verdict["slip"] == TITLES[verdict["slip_name"]]
                slips.append(verdict["slip_name"])
            assert asked("set", query, item=at, text=item.blank.shown)["right"], item.label
        assert len(asked("set", query, end=True)["lines"]) == len(one.problem.items)
        went.append(["right later" if slips else "right", len(slips), slips])
    end = json_answer("set", {"query": run["queries"][-1]})
    assert widget(end, "run")["exercise"] is None
    made = asked("set", end["query"], result=went, when="2026-11-28T10:42")
    assert made["says"] == "5 of 6 right at first try, 1 later."
    (read,) = pasted(made["text"]).results
    assert (read.learner, read.set, f"{read.when:%H:%M}") == ("Ada", SET.mark, "10:42")
    assert read.went[0] == Went(RIGHT) and read.went[1] == Went("right later", 1, tuple(went[1][2]))


@pytest.mark.parametrize(
    "value",
    [{"result": [], "when": "2026-11-28T10:42"}, {"result": [["right", 0]] * 6, "when": "2026-11-28T10:42"},
     {"result": [["well", 0, []]] * 6, "when": "2026-11-28T10:42"}, {"result": [["right", 0, []]] * 6, "when": "now"},
     {"result": [["right", 0, []]] * 6}, {"item": 0, "text": "1"}, None],
)  # fmt: skip
def test_what_is_no_result_is_refused(value):
    with pytest.raises(ValueError):
        answer("set", {"query": {**ADA, "at": "6"}, "ask": "guess", "value": value})


def test_a_set_asks_who_before_it_shows_a_number_and_takes_no_other_link():
    for query in ({"set": SET.code}, {"set": SET.changed(own=False).code}):
        data = json_answer("set", {"query": query})
        assert widget(data, "entry")["act"] == "name"
        assert not [block for block in blocks(data) if block.get("widget") == "run"]
    assert json_answer("set", {"query": {"learner": "Ada", "at": "3"}})["query"] == {}
    assert json_answer("set", {"query": {**ADA, "at": "30"}})["query"]["at"] == "6"
    assert "name has at most 40" in act("set", {"set": SET.code}, "name", "a" * 50)["message"]
    one, other = (widget(json_answer("set", {"query": {"set": SET.code, "learner": n}}), "run") for n in ("ADA", "Ada"))
    assert one["run"] == other["run"] and one["exercise"] == other["exercise"]


# Checking results


def test_thirty_results_are_checked_and_each_that_does_not_count_is_named():
    texts = [result(name, k).text for k, name in enumerate(NAMES)]
    texts += [result("ada", -30, seed=1).text, result("Guest", 5, SET.changed(seed=8)).text, texts[20][:-9], texts[4]]
    query = {"set": SET.code}
    made = asked("results", query, pasted="\n\n".join(f"> {text}" for text in texts))
    answered = {"sheet": made["blocks"]}
    told = re.sub(r"<[^>]*>", "", said(answered))
    assert "30 learners" in told and "“Guest” of 2026-11-28 09:05 belongs to another set" in told
    assert "result of Uma, 2026-11-28 09:20" in told and "it is cut short" in told
    assert "“ada” of 2026-11-28 08:30 does not count" in told and "1 result was pasted more than once" in told
    exercises_of, learners = (block for block in blocks(answered) if block["kind"] == "table")
    rows = {row[0]: row[1:] for row in learners["rows"]}
    ada = result("Ada")
    numbers = [f"{ada.right} of 6", str(ada.solved), str(ada.wrong)]
    assert len(rows) == 30 and rows["Ada"][:4] == ["2026-11-28 09:00", *numbers]
    assert [row[1] for row in exercises_of["rows"]][:2] == ["One output number", "Max pooling"]
    assert all(sum(map(int, row[2:])) == 30 for row in exercises_of["rows"])
    (plot,) = (block["figure"] for block in blocks(answered) if block["kind"] == "plot")
    made_by = {title: sum(title in row[4] for row in rows.values()) for title in plot["data"][0]["y"]}
    assert plot["data"][0]["x"] == list(made_by.values()) and len(made_by) > 5
    table = list(csv.reader(io.StringIO(base64.b64decode(made["base64"]).decode("utf-8-sig"))))
    assert len(table) == 31 and table[0][-1] == "6 Max pooling" and "'=1+1" in {row[0] for row in table}
    assert asked("results", {}, pasted="\n".join(texts))["blocks"][0] == made["blocks"][0]  # most are of this set


def test_the_code_of_the_set_names_its_exercises_a_week_later():
    text = result(NAMES[0]).text
    title = KINDS[SET.kinds[0]].title
    assert title not in str(asked("results", {}, pasted=text)["blocks"])
    named = act("results", {}, "code", letters.grouped(SET.code).lower(), unfolded=["set"])
    assert named["query"] == {"set": SET.code} and widget(named, "entry")["act"] == "code"
    assert widget(named, "results")["set"] == SET.code
    assert title in str(asked("results", named["query"], pasted=text)["blocks"])
    assert (
        "wrong letter" in act("results", {}, "code", SET.code[:-1] + ("0" if SET.code[-1] != "0" else "1"))["message"]
    )


def test_a_text_without_results_and_one_that_is_too_long_are_said():
    for text, why in (
        ("STRIDE-" * 20_000, "and 19940 more"),
        ("Hello", "There is no result of this set"),
        ("x" * 150_001, "at most 150,000"),
    ):
        made = asked("results", {}, pasted=text)
        assert why in said({"sheet": made["blocks"]}).replace("\\", "") and "base64" not in made
    with pytest.raises(ValueError, match="form"):
        asked("results", {}, text="Hello")


def test_a_name_is_never_taken_for_markup():
    text = result("Ada").text.replace("result of Ada", "<b>*x*</b> [a](b)")[:-3]
    told = said({"sheet": asked("results", {}, pasted=text)["blocks"]})
    assert "<b>" not in told and "<em>" not in told and "&lt;b *x*" in told and "<a" not in told


def test_a_file_that_would_be_too_large_is_refused_before_anything_is_drawn(monkeypatch):
    monkeypatch.setattr(take, "exercises", lambda *given: pytest.fail("an exercise was drawn"))
    whole = ExerciseSet(("conv-number",), count=30, level=2, seed=1, own=True)
    made = take.made(whole, {"file": "json", "names": "\n".join(f"learner {k}" for k in range(40)), "address": ADDRESS})
    assert made["message"].startswith("1,200 exercises are more than one file may have, 1,000")
