"""Home as every host sees it: the ways in, a network at work, and where else to begin."""

from pages.states.home import stages
from pages.states.home.state import PICTURES, HomeState, read, with_picture
from pages.states.input.view import thumbnail
from pages.states.path import PATH
from pages.states.registry import LESSONS
from pages.states.sheet import Sheet
from pages.states.view import View

WAYS = "ways"  # the slot of the three ways in
STOPS = {
    "input": "A picture is numbers.", "convolution": "A window finds edges.", "activation": "Below 0 becomes 0.",
    "pooling": "The strongest stays.", "fully_connected": "Neurons weigh all of it.",
    "output_loss": "Scores, shares, one loss.", "forward": "All of it in a row.",
    "backward": "Which way is better?", "learning": "One step, then 100.", "training": "Thousands of steps.",
    "inside": "What it has learned.",
}  # fmt: skip


def fill(page: Sheet, state: HomeState) -> None:
    """Put the ways in and the network on the page."""
    ways = page.into(WAYS)
    ways.link("Lead me through", state.carried("input"), "input", main=True, help="Eleven pages, one step each")
    lessons = ways.menu("Open a lesson")
    beside = {lesson.kind.page: lesson.title for lesson in LESSONS if lesson.kind.page not in PATH}
    for address, title in (PATH | beside).items():
        lessons.link(title, state.carried(address), address)
    ways.link("Size my network", {"tab": "stack"}, "calculator", help="Sizes, parameters, receptive fields")
    page.widget("picks", "picture", label="the picture", act="picture", picks=[
        {"text": name, "png": thumbnail(name), "on": name == state.name, "value": name} for name in PICTURES
    ])  # fmt: skip
    page.widget("alive", "network", **stages.widget(state.name), leads={page: state.carried(page) for page in PATH})
    for number, ((address, title), stop) in enumerate(zip(PATH.items(), page.columns(len(PATH)), strict=True), start=1):
        stop.link(f"{number} {title}", state.carried(address), address)
        stop.caption(STOPS[address])


VIEW = View(read, fill, {"picture": with_picture}, stays=("picture",), pictured=False)
