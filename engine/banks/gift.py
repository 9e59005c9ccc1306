"""GIFT: a text that Moodle and others read. It has no question with several gaps: each gap is one of its own."""

from collections.abc import Sequence

from engine.banks.body import body, working, written
from engine.banks.question import Answer, Gap, Number, asking, category, gaps, names
from engine.exercises import Exercise

SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "\\~=#{}:"})


def gift(exercises: Sequence[Exercise], title: str, whose: Sequence[str] = ()) -> bytes:
    """Return a question bank in GIFT, in a category of that title. Raises ValueError as `asking`."""
    questions = [f"$CATEGORY: {category(title)}"]
    for one, whole in zip(asking(exercises), names(exercises, whose), strict=True):
        several = len(one.asked) > 1
        for at, gap in enumerate(gaps(one)):
            called = f"{whole}: {gap.label}" if several else whole
            text = body(one, lambda _: "?", only=at)
            questions.append(f"::{called.translate(SIGNS)}::[html]{text.translate(SIGNS)}{_answers(one, gap)}")
    return ("\n\n".join(questions) + "\n").encode()


def _answers(one: Exercise, gap: Gap) -> str:
    lines = [f"\t=%100%{_answer(right)}#{_html(gap.right)}" for right in gap.rights]
    lines += [f"\t=%0%{_answer(given)}#{_html(wrong.says)}" for wrong in gap.wrongs for given in wrong.answers]
    lines.append(f"\t~#{_html(gap.look)}" if gap.numeric else f"\t=%0%*#{_html(gap.look)}")
    return "\n".join(["{#" if gap.numeric else "{", *lines, f"\t####{working(one).translate(SIGNS)}", "}"])


def _html(text: str) -> str:
    """Return a text as HTML, as the question's format says of all its texts."""
    return written(text).translate(SIGNS)


def _answer(answer: Answer) -> str:
    """Return an answer. A star of a text is no star for any text."""
    if isinstance(answer, Number):
        return f"{answer.text}:{answer.tolerance}"
    return answer.translate(SIGNS).replace("*", "\\*")
