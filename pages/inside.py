"""Inside the trained network: its maps, filters and answers on any picture, and each number's own arithmetic."""

from pages.ui import inside_page
from pages.ui.url import Link

inside_page.body(Link("inside"))
