"""Inside the trained network: its maps, filters and answers on any picture, and how each number is computed."""

from pages.states.sheet import Page, Sheet, parts
from pages.ui.inside import source
from pages.ui.sheet import draw

head, row = parts.head("What does a trained network see, and how is it made?")
row.slot("menus")
PAGE = Page(
    "inside",
    {"": (head, Sheet())},
    script="inside/page.js",
    styles=("inside/inside.css", "inside/page.css"),
)

if __name__ == "__main__":
    source.own_picture()
    draw(PAGE, events=source.OWN.events())
