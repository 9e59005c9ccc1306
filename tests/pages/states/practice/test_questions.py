"""Twenty questions, without a browser: each opens, takes its number, says why, and leads to where it is seen."""

import pytest

from engine.exercises import KINDS
from engine.exercises.questions import QUESTIONS
from pages.states.answers import PAGES, answer
from tests.pages.states.asking import act, blocks, json_answer, said


def judged(name: str, **value) -> dict:
    return json_answer("questions", {"query": {"q": name}, "ask": "guess", "value": value})


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_takes_its_number_and_says_why(name):
    data = json_answer("questions", {"query": {"q": name}})
    (shown,) = [block["data"] for block in blocks(data) if block.get("widget") == "questions"]
    assert data["query"] == {"q": name} and len(shown["all"]) == 20
    assert shown["next"] in QUESTIONS and shown["next"] != name
    for k, part in enumerate(QUESTIONS[name].parts):
        assert shown["parts"][k] == part.predict
        made = judged(name, item=k, text=part.blank.shown)
        assert made["right"] and part.why.split(":")[0][:12] in said({"sheet": made["blocks"]})
        links = [block for block in made["blocks"] if block["kind"] == "link"]
        for link in links:
            state, problems = PAGES[link["page"]].read(link["query"])
            assert problems == []
            if link["page"] == "backward":
                number, parameter, flat = state.open
                assert state.gradient(number, parameter).flat[flat] == pytest.approx(part.blank.answer)
        alike = [link["query"]["kind"] for link in links if link["page"] == "practice"]
        assert len(alike) == (part is QUESTIONS[name].parts[-1]) and set(alike) <= set(KINDS)
        for slip in part.blank.slips[:1]:
            wrong = judged(name, item=k, text=str(slip.value))
            assert wrong["wrong"] and wrong["slip"] and "blocks" not in wrong


def test_a_question_that_is_none_is_said():
    data = json_answer("questions", {"query": {"q": "none"}})
    assert "could not be followed" in said(data)
    with pytest.raises(ValueError):
        answer("questions", {"query": {}, "ask": "guess", "value": {"item": 7, "text": "1"}})


def test_gradients_that_no_page_shows_have_their_player_below():
    folded = {}
    for name in QUESTIONS:
        sheet = json_answer("questions", {"query": {"q": name}})["sheet"]
        folded[name] = [block for block in sheet if block["kind"] == "fold"]
    assert [name for name, folds in folded.items() if folds] == [
        name for name, one in QUESTIONS.items() if any(part.scene.of for part in one.parts)
    ]
    query, key = {"q": "turned-kernel"}, folded["turned-kernel"][0]["key"]
    opened = json_answer("questions", {"query": query, "unfolded": [key]})
    player = next(block["data"] for block in blocks(opened) if block.get("widget") == "player")
    assert player["step"] == 4 and player["trace"]
    kept = act("questions", query, "edit", {"board": "weight"}, unfolded=[key])
    assert "stay" in kept["message"] and kept["query"] == query
