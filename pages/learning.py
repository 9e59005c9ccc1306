"""Learning: a gradient checked, a step taken, a kernel that learns, and a small network trained in NumPy."""

from pages.ui.learning import page as learning_page
from pages.ui.session import Link

learning_page.body(Link("learning"))
