"""Inside the trained network: its maps, filters and answers on any picture, and each number's own arithmetic."""

from pages.ui.inside import page as inside_page
from pages.ui.session import Link

inside_page.body(Link("inside"))
