"""Forward pass: one input through a whole network, and any number followed back to the pixels."""

from pages.ui import forward_page

forward_page.draw()
