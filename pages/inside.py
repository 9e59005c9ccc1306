"""Inside the trained network: its maps, filters and answers on any picture, and how each number is computed."""

from pages.states.sheet import Sheet, parts
from pages.ui import sheet
from pages.ui.inside import source

source.own_picture()
head, row = parts.head("What does a trained network see, and how is it made?")
row.slot("menus")
sheet.draw(
    "inside",
    {"": (head, Sheet())},
    script="inside/page.js",
    styles=("inside/inside.css", "inside/page.css"),
    events=source.OWN.events(),
)
