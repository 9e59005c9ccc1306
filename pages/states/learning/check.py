"""Part 1 of the learning page: one gradient checked by a nudge."""

from engine.learning.gradient_check import Check
from pages.states.learning import courses, figures, knobs, parts
from pages.states.learning import grids as learning_grids
from pages.states.learning.state import LearningState
from pages.states.sheet import Sheet


def fill(page: Sheet, state: LearningState) -> None:
    """Put the part on its page."""
    made = courses.checked(state)
    top = page.row()
    top.knobs(knobs.heights(state), "h")
    parts.networks(top, state)
    left, right = page.columns([2, 3])
    left.text("**Choose a number: click it**")
    parts.places(left, state)
    lines = learning_grids.parameter_lines(
        state.network.parameters, knobs.drawn_names(state), (state.name, state.flat),
        lambda name, values, near, upright: [
            learning_grids.grid(
                name, values, learning_grids.title_of(state.network.network, name), near=near, column=upright
            )
        ],
    )  # fmt: skip
    parts.grids(left, "parameters", lines, (state.name, state.flat), "pick")
    _numbers(right, f"{state.name}[{', '.join(map(str, state.index))}]", made)
    right.text(made.about)
    one, other = page.columns()
    nudge = made.nudge
    secant = figures.secant(made.weights, made.losses, made.value, nudge, made.tangent, made.secant)
    one.plot(secant, "curve")
    steps, errors = [n.h for n in made.others], [n.error for n in made.others]
    other.plot(figures.errors(steps, errors, (nudge.h, nudge.error)), "errors")


def _numbers(page: Sheet, place: str, made: Check) -> None:
    """Add both losses, then the difference above the gradient, with the digits that they share underlined."""
    texts, alike = made.texts, made.alike

    def marked(text: str) -> str:
        return f"<b>{text[:alike]}</b>{text[alike:]}"

    rows = (
        ("above", "L(w + h)", texts["above"]),
        ("below", "L(w − h)", texts["below"]),
        ("difference", "(L(w + h) − L(w − h)) / 2h", marked(texts["difference"])),
        ("computed", f"gradient of {place}, by backpropagation", marked(texts["computed"])),
        ("error", "how far apart", texts["error"]),
    )
    cells = "".join(f'<tr><td>{label}</td><td data-number="{name}">{text}</td></tr>' for name, label, text in rows)
    page.html(f'<table class="nudge" aria-label="Both losses, their difference, and the gradient">{cells}</table>')
