"""Backpropagation: every gradient of a network, rule by rule from the loss to the pixels."""

from pages.states import tries
from pages.states.sheet import Page, Sheet, parts
from pages.ui.sheet import draw

head, row = parts.head("Which way should every number move so that the loss falls?")
row.slot("menus")
foot = Sheet()
parts.things_to_try(foot, tries.links(tries.BACKWARD))
foot.link("A ReLU that dies: where no gradient comes back, nothing is learned", {"example": "dying"}, "activation")

# All that stands between follows from the state, the usual misunderstandings too: pages/states/backward/sheet.py.
PAGE = Page("backward", {"": (head, foot)}, script="network/backward.js", styles=("network/overview.css",))

if __name__ == "__main__":
    draw(PAGE)
