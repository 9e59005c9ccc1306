"""Canvas' QTI 1.2: a package with one quiz.

Canvas judges numbers within a range in questions of one gap alone, so that each gap is a question of its own. It takes
every condition on a number for one of a right answer: what slips give is told in the feedback of a wrong one.
"""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from engine.banks.body import body, listed, working, written
from engine.banks.package import SCHEMA, Resource, manifest, packed, xml
from engine.banks.question import Answer, Gap, Number, asking, clean, gaps, keys, names
from engine.exercises import Exercise

NAMESPACE = f"{SCHEMA}/ims_qtiasiv1p2"
QUIZ = "quiz"
RESPONSE = "response1"
RIGHT, WRONG, GENERAL = "correct_fb", "general_incorrect_fb", "general_fb"


def canvas(exercises: Sequence[Exercise], title: str, whose: Sequence[str] = ()) -> bytes:
    """Return a package for Canvas. Raises ValueError as `asking`."""
    exercises, title = asking(exercises), clean(title)
    root = ET.Element("questestinterop", {"xmlns": NAMESPACE})
    quiz = ET.SubElement(root, "assessment", ident=QUIZ, title=title)
    section = ET.SubElement(quiz, "section", ident="root_section")
    questions = [
        _item(section, one, k, gap, f"{key}-{k}", called)
        for one, key, called in zip(exercises, keys(exercises), names(exercises, whose), strict=True)
        for k, gap in enumerate(gaps(one))
    ]
    file, meta = f"{QUIZ}/{QUIZ}.xml", f"{QUIZ}/assessment_meta.xml"
    head = manifest(
        f"{SCHEMA}/imsccv1p1/imscp_v1p1",
        ("IMS Content", "1.1.3"),
        [
            Resource(QUIZ, "imsqti_xmlv1p2", (file,), ("meta",)),
            Resource("meta", "associatedcontent/imscc_xmlv1p1/learning-application-resource", (meta,)),
        ],
    )
    return packed({"imsmanifest.xml": head, file: xml(root), meta: _meta(title, len(questions))})


def _item(section: ET.Element, one: Exercise, k: int, gap: Gap, key: str, called: str) -> ET.Element:
    """Add gap k of an exercise as a question. called: the exercise's name."""
    called = f"{called}: {gap.label}" if len(one.asked) > 1 else called
    item = ET.SubElement(section, "item", ident=key, title=called)
    fields = ET.SubElement(ET.SubElement(item, "itemmetadata"), "qtimetadata")
    sort = "numerical_question" if gap.numeric else "short_answer_question"
    for label, entry in (("question_type", sort), ("points_possible", "1.0")):
        field = ET.SubElement(fields, "qtimetadatafield")
        ET.SubElement(field, "fieldlabel").text, ET.SubElement(field, "fieldentry").text = label, entry
    shown = ET.SubElement(item, "presentation")
    _material(shown, body(one, lambda _: "?", only=k))
    response = ET.SubElement(shown, "response_str", ident=RESPONSE, rcardinality="Single")
    entry = ET.SubElement(response, "render_fib", {"fibtype": "Decimal"} if gap.numeric else {})
    ET.SubElement(entry, "response_label", ident="answer1", **({} if gap.numeric else {"rshuffle": "No"}))
    _judged(ET.SubElement(item, "resprocessing"), gap)
    slips = list(dict.fromkeys(f"{wrong.shown}? {wrong.says}" for wrong in gap.wrongs))
    wrong = f"<p>{written(gap.look)}</p>" + (f"<p>Did you answer</p>{listed(slips)}" if slips else "")
    for identifier, text in ((RIGHT, f"<p>{written(gap.right)}</p>"), (WRONG, wrong), (GENERAL, working(one))):
        feedback = ET.SubElement(item, "itemfeedback", ident=identifier)
        _material(ET.SubElement(feedback, "flow_mat"), text)
    return item


def _judged(processing: ET.Element, gap: Gap) -> None:
    outcomes = ET.SubElement(processing, "outcomes")
    ET.SubElement(outcomes, "decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
    _other(processing, GENERAL)
    if gap.numeric:
        for answer in gap.rights:
            _right(processing, [answer])
    else:
        _right(processing, gap.rights)
    _other(processing, WRONG)


def _right(processing: ET.Element, answers: Sequence[Answer]) -> None:
    condition = ET.SubElement(processing, "respcondition", {"continue": "No"})
    variables = ET.SubElement(condition, "conditionvar")
    for answer in answers:
        if isinstance(answer, Number):
            place = ET.SubElement(variables, "or")
            ET.SubElement(place, "varequal", respident=RESPONSE).text = answer.text
            both = ET.SubElement(place, "and")
            for tag, bound in zip(("vargte", "varlte"), answer.bounds, strict=True):
                ET.SubElement(both, tag, respident=RESPONSE).text = bound
        else:
            ET.SubElement(variables, "varequal", respident=RESPONSE).text = answer
    ET.SubElement(condition, "setvar", action="Set", varname="SCORE").text = "100"
    ET.SubElement(condition, "displayfeedback", feedbacktype="Response", linkrefid=RIGHT)


def _other(processing: ET.Element, feedback: str) -> None:
    condition = ET.SubElement(processing, "respcondition", {"continue": "Yes"})
    ET.SubElement(ET.SubElement(condition, "conditionvar"), "other")
    ET.SubElement(condition, "displayfeedback", feedbacktype="Response", linkrefid=feedback)


def _material(place: ET.Element, html: str) -> None:
    ET.SubElement(ET.SubElement(place, "material"), "mattext", texttype="text/html").text = html


def _meta(title: str, points: int) -> bytes:
    """Return what Canvas keeps of a quiz beside its questions."""
    root = ET.Element("quiz", {"xmlns": "http://canvas.instructure.com/xsd/cccv1p0", "identifier": QUIZ})
    more = {"title": title, "quiz_type": "assignment", "points_possible": f"{points}.0", "allowed_attempts": "-1"}
    for tag, text in more.items():
        ET.SubElement(root, tag).text = text
    return xml(root)
