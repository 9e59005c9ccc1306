"""Readers of question banks, written from the formats' public descriptions alone: they share nothing with the writers.

Each returns Questions, whose gaps mark what a learner types as the platform would.
"""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from xml.etree import ElementTree as ET


@dataclass
class Question:
    """marks: for each gap, typed text → (whether it is right, the feedback)."""

    name: str
    html: str
    marks: list[Callable[[str], tuple[bool, str]]] = field(default_factory=list)
    feedback: str = ""


def as_text(html: str) -> str:
    """Return HTML as a reader sees it."""
    return unescape(re.sub(r"<[^>]*>", "", html))


def number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def first(answers: list[tuple[str, float, float, str]], numeric: bool) -> Callable[[str], tuple[bool, str]]:
    """Return what marks by the first answer that fits: (answer, tolerance, share of the mark, feedback); * is any."""

    def mark(typed: str) -> tuple[bool, str]:
        for answer, tolerance, share, feedback in answers:
            if answer == "*":
                return share == 1, feedback
            if numeric:
                value = number(typed)
                slack = tolerance + 1e-12 * max(1.0, abs(float(answer)))  # what the platform allows to floats
                fits = value is not None and abs(value - float(answer)) <= slack
            else:
                fits = typed.strip().lower() == answer.strip().lower()
            if fits:
                return share == 1, feedback
        return False, ""

    return mark


# Moodle XML with Cloze: docs.moodle.org, "Embedded Answers (Cloze) question type"


def moodle(content: bytes) -> tuple[str, list[Question]]:
    """Return the category and the questions."""
    category, questions = "", []
    root = ET.fromstring(content)
    assert root.tag == "quiz"
    for one in root:
        if one.attrib["type"] == "category":
            category = one.findtext("category/text")
            continue
        assert one.attrib["type"] == "cloze" and one.find("questiontext").attrib["format"] == "html"
        text = one.findtext("questiontext/text")
        question = Question(one.findtext("name/text"), "", feedback=one.findtext("generalfeedback/text"))
        rest = ""
        while "{" in text:
            before, _, text = text.partition("{")
            inside, _, text = text.partition("}")  # none of ours has a brace with a backslash
            assert not inside.endswith("\\")
            weight, sort, answers = inside.split(":", 2)
            assert weight == "1" and sort in ("NUMERICAL", "SHORTANSWER")
            question.marks.append(first([_cloze_answer(answer) for answer in answers.split("~")], sort == "NUMERICAL"))
            rest += f"{before}[{len(question.marks)}]"
        question.html = rest + text
        questions.append(question)
    return category, questions


def _cloze_answer(text: str) -> tuple[str, float, float, str]:
    share = 0.0
    if text.startswith("="):
        share, text = 1.0, text[1:]
    answer, feedback = re.fullmatch(r"(.+?)(?<!&)#(.*)", text, re.DOTALL).groups()
    answer, _, tolerance = unescape(answer).partition(":")
    return answer, float(tolerance or 0), share, unescape(feedback)


# GIFT: docs.moodle.org, "GIFT format"


def gift(content: bytes) -> tuple[str, list[Question]]:
    """Return the category and the questions."""
    category, questions = "", []
    for block in re.split(r"\n\s*\n", content.decode().strip()):
        if block.startswith("$CATEGORY:"):
            category = block.removeprefix("$CATEGORY:").strip()
            continue
        safe = re.sub(r"\\([\\~=#{}:])", lambda found: f"\ue000{ord(found[1])}\ue001", block)
        name, text, inside = re.fullmatch(r"::(.*?)::\[html\]([^{}]*)\{([^{}]*)\}", safe, re.DOTALL).groups()
        inside, _, general = inside.partition("####")
        numeric = inside.startswith("#")
        inside, _, wrong = inside.removeprefix("#").partition("~")
        answers = []
        for answer in inside.split("=")[1:]:
            percent, given, feedback = re.fullmatch(r"%(\d+)%(.*?)#(.*)", answer.strip(), re.DOTALL).groups()
            given, _, tolerance = given.partition(":") if numeric else (given, "", "")
            if given == r"\*":
                given = "\\*"
            answers.append((_gift_text(given), float(tolerance or 0), int(percent) / 100, _gift_text(feedback)))
        if numeric:
            answers.append(("*", 0.0, 0.0, _gift_text(wrong.strip().removeprefix("#"))))
        question = Question(_gift_text(name), _gift_text(text), [first(answers, numeric)], _gift_text(general))
        questions.append(question)
    return category, questions


def _gift_text(text: str) -> str:
    return re.sub("\ue000(\\d+)\ue001", lambda found: chr(int(found[1])), text).strip()


# QTI 2.1: the information model of IMS Question & Test Interoperability 2.1

QTI = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
ORDER = ("responseDeclaration", "outcomeDeclaration", "itemBody", "responseProcessing", "modalFeedback")
BODY = {"itemBody", "p", "div", "strong", "table", "caption", "tbody", "tr", "td", "textEntryInteraction"}
NAME = re.compile(r"[A-Za-z_][\w.-]*")


def package(content: bytes) -> dict[str, bytes]:
    """Return a package's files. Asserts that its manifest names each file that is there, and only such."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    files = {name: archive.read(name) for name in archive.namelist()}
    assert len(files) == len(archive.namelist())
    manifest = ET.fromstring(files["imsmanifest.xml"])
    space = manifest.tag.partition("}")[0] + "}"
    named = {file.attrib["href"] for file in manifest.iter(f"{space}file")}
    assert named == set(files) - {"imsmanifest.xml"}
    resources = [one.attrib["identifier"] for one in manifest.iter(f"{space}resource")]
    assert len(set(resources)) == len(resources) and all(NAME.fullmatch(name) for name in resources)
    assert {one.attrib["identifierref"] for one in manifest.iter(f"{space}dependency")} <= set(resources)
    return files


def qti(content: bytes) -> tuple[str, list[Question]]:
    """Return the test's title and its questions in order."""
    files = package(content)
    test = ET.fromstring(files["test.xml"])
    references = [one.attrib["href"] for one in test.iter(f"{QTI}assessmentItemRef")]
    assert sorted(references) == sorted(name for name in files if name.startswith("items/"))
    return test.attrib["title"], [_qti_item(ET.fromstring(files[name])) for name in references]


def _qti_item(root: ET.Element) -> Question:
    tags = [part.tag.removeprefix(QTI) for part in root]
    assert tags == sorted(tags, key=ORDER.index)
    assert NAME.fullmatch(root.attrib["identifier"]) and {"title", "adaptive", "timeDependent"} <= set(root.attrib)
    body = root.find(f"{QTI}itemBody")
    assert {part.tag.removeprefix(QTI) for part in body.iter()} <= BODY
    assert not [part for part in body.iter() if "style" in part.attrib]
    entries = [part.attrib["responseIdentifier"] for part in body.iter(f"{QTI}textEntryInteraction")]
    declared = {part.attrib["identifier"]: part for part in root.iter(f"{QTI}responseDeclaration")}
    assert entries == list(declared)
    outcomes = {part.attrib["identifier"]: part for part in root.iter(f"{QTI}outcomeDeclaration")}
    assert outcomes["MAXSCORE"].findtext(f"{QTI}defaultValue/{QTI}value") == str(len(entries))
    said = {(part.attrib["outcomeIdentifier"], part.attrib["identifier"]): part.text
            for part in root.iter(f"{QTI}modalFeedback")}  # fmt: skip
    conditions = root.find(f"{QTI}responseProcessing")

    def mark(at: int) -> Callable[[str], tuple[bool, str]]:
        def marked(typed: str) -> tuple[bool, str]:
            responses = dict.fromkeys(entries) | {entries[at]: typed}
            values = _qti_run(conditions, declared, responses)
            (shown,) = (said[k, v] for k, v in values.items() if (k, v) in said)  # of the other gaps, left empty, none
            return values["SCORE"] == 1, shown

        return marked

    html = ET.tostring(body, encoding="unicode")
    return Question(root.attrib["title"], html, [mark(at) for at in range(len(entries))])


def _qti_run(conditions: ET.Element, declared: dict[str, ET.Element], responses: dict[str, str | None]) -> dict:
    """Return the outcomes of response processing."""
    values: dict = {"SCORE": 0.0}

    def holds(test: ET.Element) -> bool:
        tag = test.tag.removeprefix(QTI)
        if tag == "or":
            return any(holds(part) for part in test)
        if tag == "isNull":
            return responses[test[0].attrib["identifier"]] is None
        variable, value = test
        typed = responses[variable.attrib["identifier"]]
        if typed is None:
            return False
        if tag == "stringMatch":
            assert declared[variable.attrib["identifier"]].attrib["baseType"] == value.attrib["baseType"] == "string"
            return typed.lower() == value.text.lower()
        assert tag == "equal"
        assert declared[variable.attrib["identifier"]].attrib["baseType"] == value.attrib["baseType"] == "float"
        slack = [0.0, 0.0]
        if test.attrib["toleranceMode"] == "absolute":
            slack = [float(one) for one in test.attrib["tolerance"].split()]
        given, answer = number(typed), float(value.text)
        return given is not None and answer - slack[0] - 1e-12 <= given <= answer + slack[1] + 1e-12

    def carry_out(rule: ET.Element) -> None:
        assert rule.tag == f"{QTI}setOutcomeValue"
        (value,) = rule
        if value.tag == f"{QTI}sum":
            made = sum(values[p.attrib["identifier"]] if p.tag == f"{QTI}variable" else float(p.text) for p in value)
        else:
            made = value.text
        values[rule.attrib["identifier"]] = made

    for condition in conditions:
        assert condition.tag == f"{QTI}responseCondition"
        for branch in condition:
            tests = [] if branch.tag == f"{QTI}responseElse" else [branch[0]]
            if all(holds(test) for test in tests):
                for rule in branch[len(tests) :]:
                    carry_out(rule)
                break
    return values


# Canvas' QTI 1.2: IMS QTI 1.2 (ASI), and what Canvas itself exports

ASI = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"


def canvas(content: bytes) -> tuple[str, list[Question]]:
    """Return the quiz's title and its questions: as Canvas takes them, any condition on a number gives the mark."""
    files = package(content)
    meta = ET.fromstring(files["quiz/assessment_meta.xml"])
    quiz = ET.fromstring(files["quiz/quiz.xml"]).find(f"{ASI}assessment")
    title = quiz.attrib["title"]
    assert meta.findtext("{*}title") == title
    items = list(quiz.iter(f"{ASI}item"))
    assert len({item.attrib["ident"] for item in items}) == len(items)
    assert float(meta.findtext("{*}points_possible")) == len(items)
    return title, [_asi_item(item) for item in items]


def _asi_item(item: ET.Element) -> Question:
    fields = {one.findtext(f"{ASI}fieldlabel"): one.findtext(f"{ASI}fieldentry")
              for one in item.iter(f"{ASI}qtimetadatafield")}  # fmt: skip
    numeric = fields["question_type"] == "numerical_question"
    assert numeric or fields["question_type"] == "short_answer_question"
    said = {one.attrib["ident"]: "".join(one.itertext()) for one in item.iter(f"{ASI}itemfeedback")}
    assert {one.attrib["linkrefid"] for one in item.iter(f"{ASI}displayfeedback")} == set(said)
    rights = [one for one in item.iter(f"{ASI}respcondition") if one.find(f"{ASI}setvar") is not None]

    def mark(typed: str) -> tuple[bool, str]:
        for condition in rights:
            assert condition.findtext(f"{ASI}setvar") == "100"
            bounds = [float(condition.find(f".//{ASI}{tag}").text) for tag in ("vargte", "varlte")] if numeric else []
            if numeric:
                value = number(typed)
                fits = value is not None and bounds[0] - 1e-12 <= value <= bounds[1] + 1e-12
            else:
                fits = typed.lower() in [one.text.lower() for one in condition.iter(f"{ASI}varequal")]
            if fits:
                return True, said["correct_fb"]
        return False, said["general_incorrect_fb"]

    html = item.findtext(f"{ASI}presentation/{ASI}material/{ASI}mattext")
    return Question(item.attrib["title"], html, [mark], said["general_fb"])
