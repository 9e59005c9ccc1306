"""QTI 2.1: a package with an item for each exercise and a test that has them all in order.

Each gap is a text entry with a point of its own. Which feedback a gap gets is an outcome: the right one, a slip's
sentence, or where to look.
"""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from engine.banks.body import body
from engine.banks.package import SCHEMA, Resource, manifest, packed, xml
from engine.banks.question import Answer, Gap, Number, asking, clean, gaps, keys, names
from engine.exercises import Exercise

NAMESPACE = f"{SCHEMA}/imsqti_v2p1"
SCHEMA_AT = {
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": f"{NAMESPACE} {SCHEMA}/qti/qtiv2p1/imsqti_v2p1.xsd",
}
RIGHT, LOOK, EMPTY = "RIGHT", "LOOK", "EMPTY"


def qti(exercises: Sequence[Exercise], title: str, whose: Sequence[str] = ()) -> bytes:
    """Return a package of QTI 2.1. Raises ValueError as `asking`."""
    exercises = asking(exercises)
    ids, called = keys(exercises), names(exercises, whose)
    files = {f"items/{key}.xml": item(one, key, name) for one, key, name in zip(exercises, ids, called, strict=True)}
    test = Resource("test", "imsqti_test_xmlv2p1", ("test.xml",), tuple(ids))
    items = [Resource(key, "imsqti_item_xmlv2p1", (file,)) for key, file in zip(ids, files, strict=True)]
    head = manifest(f"{SCHEMA}/imscp_v1p1", ("QTIv2.1 Package", "1.0.0"), [test, *items])
    return packed({"imsmanifest.xml": head, "test.xml": _test(files, ids, clean(title)), **files})


def item(one: Exercise, key: str, name: str) -> bytes:
    """Return an exercise as an assessmentItem."""
    there = gaps(one)
    head = {"identifier": key, "title": name, "adaptive": "false", "timeDependent": "false"}
    root = ET.Element("assessmentItem", {"xmlns": NAMESPACE, **SCHEMA_AT, **head})
    for k, gap in enumerate(there):
        sort = "float" if gap.numeric else "string"
        response = _part(root, "responseDeclaration", identifier=f"RESPONSE{k}", cardinality="single", baseType=sort)
        ET.SubElement(ET.SubElement(response, "correctResponse"), "value").text = _text(gap.rights[0])
    for outcome, value in (("SCORE", 0), ("MAXSCORE", len(there))):
        declared = _part(root, "outcomeDeclaration", identifier=outcome, cardinality="single", baseType="float")
        ET.SubElement(ET.SubElement(declared, "defaultValue"), "value").text = str(value)
    for k in range(len(there)):
        _part(root, "outcomeDeclaration", identifier=f"FEEDBACK{k}", cardinality="single", baseType="identifier")
    whole = body(one, lambda k: f'<textEntryInteraction responseIdentifier="RESPONSE{k}" expectedLength="10"/>',
                 styled=False)  # fmt: skip
    root.append(ET.fromstring(f"<itemBody>{whole}</itemBody>"))
    processing = ET.SubElement(root, "responseProcessing")
    for k, gap in enumerate(there):
        _judged(processing, k, gap)
    for k, gap in enumerate(there):
        said = [(RIGHT, gap.right), *((_slip(n), wrong.says) for n, wrong in enumerate(gap.wrongs)), (LOOK, gap.look)]
        for identifier, text in said:
            _part(root, "modalFeedback", text if len(there) == 1 else f"{gap.label}: {text}",
                  outcomeIdentifier=f"FEEDBACK{k}", identifier=identifier, showHide="show")  # fmt: skip
    return xml(root)


def _judged(processing: ET.Element, k: int, gap: Gap) -> None:
    """Add how a gap is judged: what is left empty gets no feedback; the right answers come first, then each slip's."""
    condition = ET.SubElement(processing, "responseCondition")
    branch = ET.SubElement(condition, "responseIf")
    ET.SubElement(ET.SubElement(branch, "isNull"), "variable", identifier=f"RESPONSE{k}")
    _feedback(branch, k, EMPTY)
    branch = ET.SubElement(condition, "responseElseIf")
    _any(branch, k, gap.rights)
    score = ET.SubElement(ET.SubElement(branch, "setOutcomeValue", identifier="SCORE"), "sum")
    ET.SubElement(score, "variable", identifier="SCORE")
    _part(score, "baseValue", "1", baseType="float")
    _feedback(branch, k, RIGHT)
    for n, wrong in enumerate(gap.wrongs):
        branch = ET.SubElement(condition, "responseElseIf")
        _any(branch, k, wrong.answers)
        _feedback(branch, k, _slip(n))
    _feedback(ET.SubElement(condition, "responseElse"), k, LOOK)


def _any(branch: ET.Element, k: int, answers: Sequence[Answer]) -> None:
    """Add the condition that a response is one of several answers."""
    place = ET.SubElement(branch, "or") if len(answers) > 1 else branch
    for answer in answers:
        if isinstance(answer, Number):
            sort, near = "float", {"toleranceMode": "absolute", "tolerance": f"{answer.tolerance} {answer.tolerance}"}
            fits = ET.SubElement(place, "equal", near if answer.within else {"toleranceMode": "exact"})
        else:
            sort, fits = "string", ET.SubElement(place, "stringMatch", caseSensitive="false")
        ET.SubElement(fits, "variable", identifier=f"RESPONSE{k}")
        _part(fits, "baseValue", _text(answer), baseType=sort)


def _feedback(branch: ET.Element, k: int, identifier: str) -> None:
    _part(ET.SubElement(branch, "setOutcomeValue", identifier=f"FEEDBACK{k}"), "baseValue", identifier,
          baseType="identifier")  # fmt: skip


def _slip(n: int) -> str:
    return f"SLIP{n}"


def _text(answer: Answer) -> str:
    return answer.text if isinstance(answer, Number) else answer


def _part(place: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    made = ET.SubElement(place, tag, attributes)
    made.text = text
    return made


def _test(files: Sequence[str], names: Sequence[str], title: str) -> bytes:
    root = ET.Element("assessmentTest", {"xmlns": NAMESPACE, **SCHEMA_AT, "identifier": "test", "title": title})
    mode = {"navigationMode": "nonlinear", "submissionMode": "individual"}
    section = {"identifier": "section", "title": title, "visible": "true"}
    place = ET.SubElement(ET.SubElement(root, "testPart", {"identifier": "part", **mode}), "assessmentSection", section)
    for file, key in zip(files, names, strict=True):
        ET.SubElement(place, "assessmentItemRef", identifier=key, href=file)
    return xml(root)
