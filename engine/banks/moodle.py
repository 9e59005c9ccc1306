"""Moodle XML: each exercise a Cloze question, with a mark for each gap and each slip's sentence as feedback."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from engine.banks.body import body, working, written
from engine.banks.package import xml
from engine.banks.question import Answer, Gap, Number, asking, category, gaps, keys, names
from engine.exercises import Exercise

# Signs that end a gap, an answer or a feedback of Cloze, or begin one: HTML says them otherwise.
SIGNS = str.maketrans({"{": "&#123;", "}": "&#125;", "~": "&#126;", "\\": "&#92;"})


def moodle(exercises: Sequence[Exercise], title: str, whose: Sequence[str] = ()) -> bytes:
    """Return a question bank for Moodle, in a category of that title. Raises ValueError as `asking`."""
    quiz, exercises = ET.Element("quiz"), asking(exercises)
    _text(ET.SubElement(quiz, "question", type="category"), "category", category(title))
    for one, number, called in zip(exercises, keys(exercises), names(exercises, whose), strict=True):
        question = ET.SubElement(quiz, "question", type="cloze")
        _text(question, "name", called)
        _text(question, "questiontext", cloze(one), format="html")
        _text(question, "generalfeedback", working(one), format="html")
        ET.SubElement(question, "penalty").text = "0.3333333"
        ET.SubElement(question, "hidden").text = "0"
        ET.SubElement(question, "idnumber").text = number
    return xml(quiz)


def cloze(one: Exercise) -> str:
    """Return an exercise in Moodle's Cloze: HTML with its gaps in braces."""
    marks = [f"\ue000{k}\ue001" for k in range(len(one.asked))]
    text = body(one, marks.__getitem__).translate(SIGNS)
    for mark, gap in zip(marks, gaps(one), strict=True):
        text = text.replace(mark, _gap(gap))
    return text


def _gap(gap: Gap) -> str:
    """Return a gap: the first answer that fits counts, so the right ones stand first, and any other last."""
    sort = "NUMERICAL" if gap.numeric else "SHORTANSWER"
    answers = [f"={_answer(one)}#{_said(gap.right)}" for one in gap.rights]
    answers += [f"{_answer(one)}#{_said(wrong.says)}" for wrong in gap.wrongs for one in wrong.answers]
    return f"{{1:{sort}:{'~'.join([*answers, f'*#{_said(gap.look)}'])}}}"


def _answer(answer: Answer) -> str:
    if isinstance(answer, Number):
        return f"{answer.text}:{answer.tolerance}"
    return _said(answer).replace("#", "&#35;").replace("*", "\\*")


def _said(text: str) -> str:
    return written(text).translate(SIGNS)


def _text(question: ET.Element, tag: str, text: str, **attributes: str) -> None:
    ET.SubElement(ET.SubElement(question, tag, attributes), "text").text = text
