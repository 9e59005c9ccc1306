"""Worksheets: nothing parted or cut off, titles that are no markup, codes that lead to their exercises."""

import io
import json
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
import typst
import zxingcpp
from PIL import Image

from engine.exercises import KINDS, LARGEST_SEED, exercise
from engine.paper import FILES, Pack, Version, sheet
from engine.paper.pack import several, versions
from engine.paper.parts import link, parts

ADDRESS = "https://stride.example.org/app"
HEIGHT = {"a4": 297.0, "letter": 279.4}  # mm
FOOT = 18.0
BAD = "= {~# <b> $x$ #let \\ \n*a*"
NICE = "= {~# <b> $x$ #let \\ *a*"


def told(pack: Pack, selector: str, field: str):
    """Return what typst knows of a worksheet's parts."""
    inputs = {"data": json.dumps(parts(pack))}
    return json.loads(typst.query(sheet.TEMPLATE, selector, field=field, sys_inputs=inputs, ignore_system_fonts=True))


def pages(pack: Pack, ppi: int) -> list[Image.Image]:
    inputs = {"data": json.dumps(parts(pack))}
    made = typst.compile(sheet.TEMPLATE, format="png", ppi=ppi, sys_inputs=inputs, ignore_system_fonts=True)
    return [Image.open(io.BytesIO(page)) for page in (made if isinstance(made, list) else [made])]


def words(content) -> str:
    """Return the text of a piece of typst's content."""
    if isinstance(content, list):
        return "".join(map(words, content))
    if content["func"] == "space":
        return " "
    return content["text"] if content["func"] == "text" else words(content["children"])


@pytest.mark.parametrize("size", HEIGHT)
def test_no_exercise_is_parted_or_cut_off(size):
    made = [exercise(kind, 1 + k % 5 if size == "a4" else 4 + k % 2, 3) for k, kind in enumerate(KINDS)]
    made.append(exercise("network", 4, 3))  # the tallest
    places = told(Pack.of(made, "T", size=size, address=ADDRESS), "<place>", "value")
    assert [number for number, *_ in places] == [k for k in range(1, len(made) + 1) for _ in "be"]
    for (_, page, top), (_, last, bottom) in zip(places[::2], places[1::2], strict=True):
        assert page == last and top < bottom <= HEIGHT[size] - FOOT + 0.1


def test_what_people_typed_is_no_markup():
    one = exercise("relu", 2, 1)
    pack = Pack(BAD, (Version((one,), BAD),))
    heads = [words(body) for body in told(pack, "heading", "body")]
    assert heads == [NICE, f"1. {one.title}", f"Answers: {NICE}", f"1. {one.title}"]
    assert FILES["pdf"].make(pack).startswith(b"%PDF-")


def test_each_code_leads_to_its_exercise():
    made = [exercise(kind, level, 123_456_789) for kind in ("conv-channels", "step-adam") for level in (2, 5)]
    found = [
        code.text for page in pages(Pack.of(made, "T", address=ADDRESS), 150) for code in zxingcpp.read_barcodes(page)
    ]
    assert len(found) == len(made)
    for one in made:
        (there,) = (text for text in found if dict(parse_qsl(urlsplit(text).query)) == one.link)
        assert there == link(one, ADDRESS) and there.startswith(f"{ADDRESS}/practice?kind=")
    assert not zxingcpp.read_barcodes(pages(Pack.of(made[:1], "T"), 150)[0])


def test_every_version_begins_on_a_sheet_of_its_own_and_the_answers_come_last():
    made = versions(("relu", "conv-number"), 3, 2, 7, 3)
    assert len({version.exercises[1].seed for version in made}) == 3
    assert [page for _, page, _ in told(Pack("T", made), "<place>", "value")][::4] == [1, 3, 5]
    drawn = pages(Pack("T", made), 40)
    blank = [np.asarray(page.convert("L")).min() > 200 for page in drawn]
    assert blank == [False, True, False, True, False, True, False, False, False]
    assert len(pages(Pack("T", made, answers=False), 40)) == 5
    assert [page.size for page in pages(Pack("T", made, "letter", answers=False), 72)] == [(612, 792)] * 5


def test_what_is_asked_is_blank_and_what_is_given_is_there():
    for level in (1, 2, 3, 4, 5):
        one = exercise("conv-number", level, 2)
        (made,) = parts(Pack.of([one], "T"))["versions"][0]["exercises"]
        assert [line["shown"] is None for line in made["lines"]] == [item in one.asked for item in one.shown]
        assert ["".join(line) for line in made["working"]] == list(one.working)
        texts = [text for board in made["boards"] for row in board["rows"] for text in row]
        texts += [text for _, text in made["facts"]]
        numbers = [float(text.replace("−", "-")) for text in texts]
        assert numbers == [float(value) for array in one.data.values() for value in np.ravel(array)]
        assert all(len(text.partition(".")[2]) <= 2 for text in texts)


def test_the_page_to_print_has_the_same_and_no_markup_of_others():
    made = [exercise(kind, 2 + k % 4, 5) for k, kind in enumerate(KINDS)]
    page = FILES["html"].make(Pack(BAD, (Version(tuple(made), BAD),), address=ADDRESS)).decode()
    read = Texts()
    read.feed(page)
    text = " ".join("".join(read.texts).split())
    assert text.count(NICE) == 5 and read.tags.count("b") == 0  # in the title, and on the two sheets with the name
    assert page.count('class="blank') == sum(len(one.asked) for one in made) and page.count("<svg") == len(made)
    for one in made:
        assert one.question in text and all(line in text for line in one.working)
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


class Texts(HTMLParser):
    """The texts and tags of a page."""

    def __init__(self):
        super().__init__()
        self.texts, self.tags = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.texts.append(data)


@pytest.mark.parametrize("name", ("李", "Ada 😀", "กข"))
def test_a_name_that_the_fonts_cannot_write_is_said_and_the_page_to_print_has_it(name):
    pack = Pack("T", (Version((exercise("relu", 2, 1),), name),))
    with pytest.raises(ValueError, match=f"no “{name[-1]}”|no “{name[0]}”"):
        FILES["pdf"].make(pack)
    assert name in FILES["html"].make(pack).decode()
    for written in ("Žółć Ωμέγα Привет", "שלום محمد नमस्ते", "µ ª → ½ ✓ “x”"):
        assert FILES["pdf"].make(Pack(written, (Version(pack.exercises, written),)))


def test_no_seed_is_larger_than_a_link_takes():
    made = several(("relu", "max-pool"), 2, 3, LARGEST_SEED)
    assert [(one.kind.name, one.seed) for one in made] == [
        ("relu", LARGEST_SEED),
        ("max-pool", LARGEST_SEED),
        ("relu", 0),
    ]


def test_refusals():
    with pytest.raises(ValueError, match="a4, letter"):
        FILES["pdf"].make(Pack.of([exercise("relu", 2, 1)], "T", size="a5"))
    with pytest.raises(ValueError, match="one exercise at least"):
        FILES["pdf"].make(Pack.of([], "T"))
    with pytest.raises(ValueError, match="1,001 exercises are more than one file may have"):
        Pack.of([exercise("relu", 2, 1)] * 1001, "T")
