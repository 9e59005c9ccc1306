"""Sets: the same exercises everywhere; a code, and a result, whose every damage is found; a class's table."""

import csv
import io
import os
import re
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime
from random import Random

import pytest

from engine.exercises import KINDS
from engine.sets import ExerciseSet, Result, Went, exercises, key_of, letters, name_of, pasted, summary
from engine.sets.form import KIND_BITS, MOST, short_of
from engine.sets.result import LATER, RIGHT, SHOWN, SLIP_BITS
from engine.sets.summary import HARMFUL, HEADS, harmless
from engine.slips.names import TITLES
from tests.engine.sets.played import MORNING, NAMES, SET, result

ADA = result("Ada")
SIGNS = letters.LETTERS + "ILOU*._ä"


def spoilt(text: str) -> dict[str, str]:
    """Return a text with each wrong sign, each sign missing and each two swapped, by what was done."""
    made = {f"{k} {sign}": text[:k] + sign + text[k + 1 :] for k in range(len(text)) for sign in SIGNS}
    made |= {f"{k} missing": text[:k] + text[k + 1 :] for k in range(len(text))}
    made |= {f"{k} twice": text[:k] + text[k] + text[k:] for k in range(len(text))}
    return made | {f"{k} swapped": text[:k] + text[k + 1] + text[k] + text[k + 2 :] for k in range(len(text) - 1)}


def plain(text: str) -> str:
    return letters.meant(text.replace("-", ""))


# A set


def test_no_two_kinds_and_no_two_slips_are_written_alike():
    assert len({short_of(kind) for kind in KINDS}) == len(KINDS) and KIND_BITS == 15
    shorts = Counter(letters.short(slip, SLIP_BITS) for slip in TITLES)
    assert shorts.most_common(1)[0][1] == 1


def test_a_code_is_short_and_brings_the_set_back_however_it_is_typed():
    assert len(SET.code) == 22
    for one in (SET, SET.changed(own=False, seed=999_999), ExerciseSet(tuple(KINDS)[:MOST], MOST, 5, 0)):
        assert ExerciseSet.read(one.code) == one
        assert ExerciseSet.read(f" {letters.grouped(one.code).lower()}\n") == one
        assert ExerciseSet.read(one.code.replace("0", "o").replace("1", "l")) == one


def test_a_code_of_today_is_read_for_ever():
    assert ExerciseSet.read("11B60007NPD13MK034DR3J") == SET


def test_a_learners_seeds_of_today_are_theirs_for_ever():
    seeds = [[one.seed for one in exercises(SET.changed(count=4), name)] for name in ("Ada", "Zoë")]
    assert seeds == [[384164680, 94235293, 990288440, 46829958], [536358501, 826750674, 114005918, 871484512]]


def test_each_wrong_sign_of_a_code_and_each_two_swapped_are_found():
    for done, text in spoilt(SET.code).items():
        if plain(text) != SET.code:
            with pytest.raises(ValueError, match="the code of the set"):
                raise AssertionError(f"{done}: {ExerciseSet.read(text)}")


@pytest.mark.parametrize(
    "fields",
    [{"kinds": ()}, {"kinds": ("relu", "relu")}, {"kinds": ("none",)}, {"count": 3}, {"count": 31}, {"level": 1},
     {"level": 6}, {"seed": -1}, {"seed": 1_000_000}],
)  # fmt: skip
def test_there_is_no_set_of_other_numbers(fields):
    with pytest.raises(ValueError):
        SET.changed(**fields)


def test_each_learner_has_own_numbers_or_all_have_the_same():
    links = [[one.link for one in exercises(SET, name)] for name in ("Ada", "Béla")]
    assert all(a != b and a["kind"] == b["kind"] for a, b in zip(*links, strict=True))
    assert [link["kind"] for link in links[0]] == [*SET.kinds, *SET.kinds[:2]] and links[0][0]["level"] == "3"
    shared = SET.changed(own=False)
    assert [one.link for one in exercises(shared, "Ada")] == [one.link for one in exercises(shared)]
    assert exercises(SET.changed(seed=8), "Ada")[0].link != links[0][0]
    with pytest.raises(ValueError, match="write a name"):
        exercises(SET)


@pytest.mark.parametrize(
    "typed", ["renée", " RENÉE\t", "Rene\u0301e", "ren\u00c9e\u200b", "\u202eRenée\u202c"], ids=ascii
)
def test_a_name_is_the_same_however_it_is_written(typed):
    assert key_of(typed) == key_of("Renée") != key_of("Renee")
    assert exercises(SET, typed)[0].link == exercises(SET, "Renée")[0].link


@pytest.mark.parametrize("typed", ["", " \n", "\u200d", "a" * 41, "\U0001f600" * 31])
def test_a_name_that_cannot_be_is_refused(typed):
    with pytest.raises(ValueError, match="name"):
        name_of(typed)


def test_another_process_has_the_same_exercises():
    code = (
        "from engine.sets import ExerciseSet, exercises\n"
        f"print([one.link for one in exercises(ExerciseSet.read({SET.code!r}), 'STRASSE \\u0130pek')])"
    )
    for seed in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.getcwd()}
        made = subprocess.run(
            [sys.executable, "-c", code], env=env, capture_output=True, encoding="utf-8", check=True
        ).stdout
        assert made.strip() == str([one.link for one in exercises(SET, "straße \u0130pek")])


# A result


def test_a_result_is_read_back_as_it_was():
    assert len(ADA.letters) < 90 and not re.search("[ILOU]", ADA.letters)
    assert Result.read(ADA.letters) == ADA
    assert {went.end for name in NAMES for went in result(name).went} == {"not done", RIGHT, LATER, SHOWN}
    long = Result(2**32 - 1, "Ä" * 40, datetime(2050, 1, 1), (Went(SHOWN, 15, tuple(TITLES)[:3]),) * MOST)
    assert Result.read(long.letters) == long
    for wrong in (None, datetime(1970, 1, 1), datetime(2099, 1, 1)):
        assert Result.read(Result(1, "A", wrong, ()).letters).when is None


def test_each_wrong_sign_each_missing_one_and_each_two_swapped_are_found():
    """Wherever it stands, also in the mark and where it is a hyphen: what was pasted is never lost in silence."""
    code = ADA.text.partition("\n")[2]
    for done, text in spoilt(code).items():
        made = pasted(f"Hello,\n{text}\nBest wishes")
        if ADA.letters in plain(text):  # only the mark, a hyphen, or what comes after it is another one
            assert (made.results, len(made.damaged)) in [((ADA,), 0), ((), 1)], (done, made)
        else:
            assert made.results == () and len(made.damaged) == 1, (done, made)


def test_a_result_survives_the_post():
    code = ADA.text
    quoted = "\n".join(f">> {line}" for line in code.split("\n"))
    wrapped = "\r\n".join(f"> {code[k : k + 31]}" for k in range(0, len(code), 31))
    spaced = code.replace("-", " -  ").replace("STRIDE -", "STRIDE-")
    for text in (quoted, wrapped, spaced, code.lower(), code.replace("-", "–"), f"*{code}*.", f"{code}Sent from here"):
        assert pasted(text).results == (ADA,), text


@pytest.mark.parametrize(
    "text",
    ["STRIDE-" * 21_000, "STRIDE\n" + "\n" * 140_000, "STRIDE-" + "-" * 140_000, "AAAAA-" * 25_000, "> " * 70_000,
     "STRIDE-11Z" + " " * 140_000, "AAAAA-" + " " * 140_000 + "AAAAA-"],
    ids=range(7),
)  # fmt: skip
def test_no_text_takes_long(text):
    began = time.process_time()
    made = pasted(text)
    assert time.process_time() - began < 2 and not made.results


def test_thirty_results_give_the_table_whatever_stands_around_them():
    all_of = {name: result(name, k) for k, name in enumerate(NAMES)}
    draw = Random(1)
    texts = [f"From: {name}\n> {one.text}\nCheers, {name}\n" for name, one in all_of.items()]
    early = result("ada", -30, seed=1)  # sent before: it does not count
    strange = result("Guest", 5, SET.changed(seed=8))
    cut, wrong = all_of["Uma"].text[:-9], all_of["Mia"].text.replace("9", "8")
    texts += [early.text, strange.text, cut, wrong, texts[4]]
    draw.shuffle(texts)
    made = pasted("\n\n".join(texts))
    class_ = summary(made)
    assert {one.learner: one for one in class_.results} == all_of
    assert class_.replaced == (early,) and class_.others == (strange,) and class_.same == 1
    assert len(made.damaged) == 2 and {"Uma", "Mia"} == {
        name for one in made.damaged for name in ("Uma", "Mia") if f"result of {name}," in one.before
    }
    slips = Counter(slip for one in all_of.values() for slip in {s for went in one.went for s in went.slips})
    assert {title: learners for title, learners, _ in class_.slips} == {TITLES[s]: n for s, n in slips.items()}
    counts = [learners for _, learners, _ in class_.slips]
    assert counts == sorted(counts, reverse=True) and len(counts) > 5
    assert summary(made, strange.set).results == (strange,)


def test_the_csv_has_a_line_for_each_and_no_cell_is_a_formula():
    made = summary(pasted("\n".join(result(name, k).text for k, name in enumerate(NAMES))))
    text = made.csv(["One output number"]).decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    assert head == [*HEADS, "1 One output number", "2", "3", "4", "5", "6"] and len(rows) == 30
    by = {row[0]: row for row in rows}
    assert (
        "'=1+1" in by
        and "'-3" in by
        and by["Ada"][1:6] == [f"{MORNING:%Y-%m-%d %H:%M}", str(ADA.right), str(ADA.solved), str(ADA.wrong), "6"]
    )
    assert not [cell for row in rows for cell in row if cell and cell[0] in HARMFUL]
    assert [harmless(sign + "x") for sign in "=+-−@\t\r"] == [f"'{sign}x" for sign in "=+-−@\t\r"]
    assert harmless("Ada") == "Ada" and harmless("") == ""


def test_numbers_of_a_result_that_do_not_fit_are_cut():
    went = Went.of(SHOWN, 99, [*tuple(TITLES)[:4], "no such slip"])
    assert went == Went(SHOWN, 15, tuple(TITLES)[:3])
    with pytest.raises(ValueError, match="end"):
        Went.of("well", 0, ())
