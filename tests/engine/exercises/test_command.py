"""python -m engine.exercises: each format, own versions, and a sentence for what cannot be."""

import json
import subprocess
import sys

import pytest

from engine import lean
from engine.exercises import KINDS, TOPICS, exercise
from engine.exercises.__main__ import main
from engine.paper import FILES
from engine.sets import ExerciseSet, exercises

PDF = "--kinds conv,pool --level 2 --count 10 --seed 7 --as pdf --paper letter --answers"


def test_it_runs_as_a_program(tmp_path):
    out = tmp_path / "sheet.pdf"
    subprocess.run([sys.executable, "-m", "engine.exercises", *PDF.split(), "--out", out], check=True, timeout=120)
    assert out.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("name", FILES)
def test_every_format_is_written(name, tmp_path):
    out = tmp_path / "file"
    assert main(["--kinds", "relu", "--count", "2", "--as", name, "--out", str(out), "--title", "Week 3"]) == 0
    assert out.stat().st_size > 200


def made(tmp_path, *options: str) -> list[dict]:
    """Return the exercises that the command makes."""
    assert main([*options, "--as", "json", "--out", str(tmp_path / "made.json")]) == 0
    return json.loads((tmp_path / "made.json").read_bytes())["exercises"]


def test_kinds_are_chosen_by_name_by_topic_and_by_a_word(tmp_path):
    def chosen(names: str) -> set[str]:
        return {
            one["link"]["kind"] for one in made(tmp_path, "--level", "1", "--kinds", names, "--count", str(len(KINDS)))
        }

    assert chosen("relu") == {"relu"}
    assert chosen("counts") == {name for name, kind in KINDS.items() if kind.topic == "counts"}
    assert chosen("pool, softmax") == {
        "size-pool",
        "max-pool",
        "average-pool",
        "max-pool-tie",
        "grad-max-pool",
        "softmax",
    }
    assert chosen("") == set(KINDS)


def test_several_names_take_turns_so_that_a_short_sheet_has_some_of_each(tmp_path):
    few = [one["link"]["kind"] for one in made(tmp_path, "--kinds", "conv,pool", "--count", "4")]
    assert few == ["conv-number", "size-pool", "conv-channels", "max-pool"]
    assert {KINDS[one["link"]["kind"]].topic for one in made(tmp_path, "--count", str(len(TOPICS)))} == set(TOPICS)


def test_a_seed_gives_the_exercises_of_the_page_and_learners_get_their_own(tmp_path):
    options = ["--kinds", "max-pool,relu", "--level", "3", "--count", "3", "--seed", "7"]
    links = [exercise(kind, 3, seed).link for kind, seed in (("max-pool", 7), ("relu", 7), ("max-pool", 8))]
    assert [one["link"] for one in made(tmp_path, *options)] == links
    many = made(tmp_path, *options, "--learners", "4")
    assert len({json.dumps(one["data"]) for one in many[::3]}) == 4
    assert many == made(tmp_path, *options, "--learners", "4")


def test_a_set_gives_the_exercises_of_its_link(tmp_path):
    one = ExerciseSet(("relu", "max-pool"), count=3, level=3, seed=5, own=True)
    links = [each.link for name in ("Ada", "Ben") for each in exercises(one, name)]
    assert [each["link"] for each in made(tmp_path, "--set", one.code, "--names", "Ada, Ben")] == links
    same = one.changed(own=False)
    assert [each["link"] for each in made(tmp_path, "--set", same.code)] == [each.link for each in exercises(same)]


def test_the_list_names_every_kind(capsys):
    assert main(["--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(KINDS)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("--kinds conw", "'conw' is no kind of exercise"),
        ("--count 0", "'0' is no whole number from 1 to 200"),
        ("--level 6", "invalid choice: 6"),
        ("--as docx", "invalid choice: 'docx'"),
        ("--seed -1", "'-1' is no whole number"),
        ("--count 200 --learners 60", "more than 1,000 in all"),
        ("--set nonsense", "the code of the set is not complete"),
        (f"--set {ExerciseSet(('relu',), 1, 2).code}", "name them by --names"),
        (
            f"--set {ExerciseSet(('relu',), 30, 2).code} --names {','.join(map(str, range(40)))}",
            "1,200 exercises are more",
        ),
        ("--names Ada", "--names goes with --set"),
        ("--level 1 --as gift", "level 1 is one to read"),
        ("--count 1 --out /nowhere/x", "--out /nowhere/x cannot be written: No such file"),
    ],
)
def test_wrong_options_get_a_sentence(options, sentence, capsys, tmp_path):
    with pytest.raises(SystemExit) as end:
        main(["--out", str(tmp_path / "x"), *options.split()])
    assert end.value.code == 2 and sentence in capsys.readouterr().err


def test_without_typst_it_says_so(capsys, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(SystemExit):
        main(["--out", str(tmp_path / "x"), "--count", "1"])
    assert lean.PDF in " ".join(capsys.readouterr().err.split())
