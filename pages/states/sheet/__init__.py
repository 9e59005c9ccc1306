"""What stands on a page beside its player, as data: texts, formulas, figures, tables, links, folded parts."""

from pages.states.sheet.page import Frame, Page
from pages.states.sheet.sheet import Sheet

__all__ = ["Frame", "Page", "Sheet"]
