"""Inside the trained network: its maps, filters and answers on any picture, and how each number is computed."""

from pages.states.sheet import Sheet
from pages.ui import sheet
from pages.ui.inside import source

source.own_picture()
head = Sheet()
row = head.row()
row.heading("What does a trained network see in a picture, and how is each number made?", level=3)
row.slot("menus")
sheet.draw(
    "inside",
    {"": (head, Sheet())},
    script="inside/page.js",
    styles=("inside/inside.css", "inside/page.css"),
    events=source.events(),
)
