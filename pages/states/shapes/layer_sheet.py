"""One layer in the calculator: its settings, what comes out with the working, the windows, the reverse question."""

from collections.abc import Mapping
from dataclasses import replace
from html import escape

from engine.facts import solve
from engine.facts.placement import strips
from engine.functional.working import Working
from engine.layers import ConvTranspose2d
from engine.network.tables import counted
from pages.states import knobs
from pages.states.edits import Refused
from pages.states.shapes import windows
from pages.states.shapes.layer import EXAMPLES, OneLayer, example_title
from pages.states.sheet import Sheet, writing

ANSWERS = 7
SYMBOLS = "F: kernel_size, S: stride, P: padding, D: dilation"
KEPT = "The last good settings are kept."


def menus(page: Sheet) -> None:
    """Add links to sizes that are well known."""
    menu = page.menu("Well-known sizes")
    for name in EXAMPLES:
        menu.link(example_title(name), {"example": name})


def fill(page: Sheet, one: OneLayer, refused: knobs.Refusal | None) -> None:
    """Put the settings, all that comes of them, and the reverse question on the page."""
    settings, middle, reverse = page.columns([1.0, 2.15, 1.05])
    _form(settings, "settings", one.knobs, refused)
    middle.html(result(one))
    middle.html(windows.figure(*strips(one.layer, one.shape), working(one)))
    _reverse(reverse, one, refused)


def _form(page: Sheet, key: str, form: list[knobs.Knob], refused: knobs.Refusal | None) -> None:
    here = refused is not None and refused.knob in {knob.name for knob in form}
    page.knobs(form, key, refused=refused if here else None)


def result(one: OneLayer) -> str:
    """Return shapes in and out, parameters and multiply-adds."""
    inward, outward = (" × ".join(f"{n:,}" for n in shape) for shape in (one.shape, one.output_shape))
    costs = f"{counted(one.layer.parameter_count)} parameters" if one.layer.parameter_count else "no parameters"
    if work := one.layer.multiply_adds(one.shape):
        costs += f" · {counted(work)} multiply-adds"
    return (
        f'<div class="sh-result"><p>C, H, W: {inward} → <b>{outward}</b></p>'
        f"<p>{costs}<br><code>{escape(one.layer.code())}</code></p></div>"
    )


def working(one: OneLayer) -> str:
    """Return the arithmetic of both sizes, with the meaning of each line; once where the two are alike."""
    down, across = one.layer.working(one.shape)
    if [line.text for line in down.steps] == [line.text for line in across.steps]:
        title = f"<b>height {down.size}</b>, and <b>width {across.size}</b> in the same way"
        parts = _lines(title, down, noted=True)
    else:
        sides = zip(("height", "width"), (down, across), strict=True)
        parts = "".join(_lines(f"<b>{title} {steps.size}</b>", steps, noted=False) for title, steps in sides)
    return f'<div class="sh-working">{parts}</div>'


def _lines(title: str, steps: Working, noted: bool) -> str:
    lines = [replace(steps.formula, note=SYMBOLS), replace(steps.substitution, note="with the numbers put in")]
    texts = []
    for line in (*lines, *steps.steps):
        note = f"<span>{escape(line.note)}</span>" if noted and line.note else ""
        texts.append(f"<li>{writing.mathml(line.latex)}{note}</li>")
    return f"<div><p>{title}</p><ul>{''.join(texts)}</ul></div>"


def _reverse(page: Sheet, one: OneLayer, refused: knobs.Refusal | None) -> None:
    """Put the wanted size, and the settings that give it, each with a link that sets them."""
    page.text("**Which settings give the size I want?**")
    _form(page, "want", one.want_knobs, refused)
    wanted, given = (" × ".join(map(str, size)) for size in (one.wanted, one.output_shape[1:]))
    found = solve.solve(one.layer, one.shape, one.wanted, most=ANSWERS)
    if wanted == given:
        page.text(f"✓ These settings give **{wanted}**. " + "So would:" * bool(found.answers))
    elif found.answers:
        page.text(f"Now it is {given}. To make it **{wanted}**:")
    else:
        page.text(f"Neither one setting nor two together give **{wanted}**. Now it is {given}.")
    for answer in found.answers:
        page.link(_label(answer, one), one.with_answer(answer.layer).query())
    if found.misses:
        page.menu("Why not the others?").text("\n".join(f"- {writing.plain(str(miss))}" for miss in found.misses))


def _label(answer: solve.Answer, one: OneLayer) -> str:
    notes = []
    if any(answer.dropped):
        verb = "leaves empty" if isinstance(one.layer, ConvTranspose2d) else "drops"
        counts = zip(answer.dropped, ("row", "column"), strict=True)
        notes.append(f"{verb} " + ", ".join(f"{n} {name}{'s' * (n > 1)}" for n, name in counts if n))
    if answer.idle:
        notes.append("some windows read padding alone")
    return answer.text + (f" ({'; '.join(notes)})" if notes else "")


def turned(one: OneLayer, edit: Mapping) -> OneLayer | knobs.Refusal:
    """Return the layer after a turn of a knob, or why there is no such layer.

    Raises Malformed where the turn has not the form of one.
    """
    try:
        return knobs.turn([*one.knobs, *one.want_knobs], edit)
    except Refused as error:
        axis = edit.get("axis")
        half = None if axis is None else int(bool(axis))
        return knobs.Refusal(edit["knob"], half, str(edit.get("text", "")), f"{error} {KEPT}")
