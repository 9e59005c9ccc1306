"""Part 3 of the learning page: a kernel that becomes a hidden one, each update open to inspection."""

from engine.learning.code import kernel_code
from engine.learning.kernel import KernelLesson
from engine.writing.display import decimals_needed, number_text
from engine.writing.setting import limit
from pages.states.learning import courses, figures, knobs, parts
from pages.states.learning.grids import grid, sign
from pages.states.learning.settings import MOST_KERNEL_STEPS, Kernel
from pages.states.learning.state import LearningState
from pages.states.sheet import Sheet
from pages.states.view import player

REACHED, DECIMALS = 1e-9, 3
HEIGHT = 230


def fill(page: Sheet, state: LearningState) -> None:
    """Put the part on its page."""
    kernel, lessons = state.kernel, courses.lessons(state.kernel)
    diverged = len(lessons) <= kernel.count
    page.knobs(knobs.kernel(state), "kernel")
    play = parts.playing(state, "Let it learn", "Pause", over=lessons[-1].loss < REACHED)
    parts.steps(page, at=kernel.count, most=MOST_KERNEL_STEPS, ended=diverged, **play)
    left, right = page.columns([3, 2])
    _update(left, kernel, lessons)
    parts.metrics(right, {"Loss: mean squared error": number_text(lessons[-1].loss, 9)})
    losses = [one.loss for one in lessons]
    right.plot(figures.losses(losses, 240, log=True), "losses")
    if diverged:
        right.notice(
            f"Step {len(lessons)} would make the loss too large to follow: the learning rate is too large for this "
            "input. The page stays at the last good state; take a smaller learning rate.", "error",
        )  # fmt: skip
    elif len(lessons) > 1 and losses[-1] > losses[-2]:
        right.notice("The loss rose: the step was too long.", "warning")
    page.heading("Where a gradient comes from")
    player(page, state, height=HEIGHT)
    page.fold("code", "The same lesson in PyTorch: code to paste", lambda inner: _code(inner, kernel))


def _code(page: Sheet, kernel: Kernel) -> None:
    page.code(kernel_code(courses.lessons(kernel)[0], kernel.lr, max(1, kernel.count)))


def _update(page: Sheet, kernel: Kernel, lessons: list[KernelLesson]) -> None:
    """Add the kernel, its update, its output and the wanted output."""
    present = lessons[-1]
    gradient, after = present.gradient, present.kernel - kernel.lr * present.gradient
    # With the decimals on show, the sum closes only where nothing was rounded.
    exact = all(decimals_needed(a, DECIMALS) is not None for a in (present.kernel, gradient, after))
    boards = [
        grid("kernel", present.kernel, f"Kernel after {len(lessons) - 1} steps", decimals=DECIMALS),
        sign(f"− {limit(kernel.lr)} ×"),
        grid("kernel", gradient, "gradient: click one", kind="gradient", decimals=DECIMALS),
        sign("=" if exact else "≈"),
        grid("kernel", after, "next", kind="after", decimals=DECIMALS),
    ]
    if kernel.reveal:
        boards.append(grid("hidden", kernel.target, "the hidden kernel", decimals=DECIMALS))
    parts.grids(page, "kernel", [boards], ("kernel", kernel.cell), "open")
    maps = ("output", present.output, "its output"), ("wanted", present.wanted, "wanted output")
    parts.grids(page, "maps", [[grid(name, values[0], title, decimals=2) for name, values, title in maps]])
