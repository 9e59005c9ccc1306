"""Learning: a gradient checked, a step taken, a kernel that learns, and a small network trained in NumPy."""

from pages.ui import learning_page
from pages.ui.url import Link

learning_page.body(Link("learning"))
