"""A trace as a spreadsheet whose cells hold formulas: a number that is changed moves all that follows from it.

open("conv.xlsx", "wb").write(workbook([Page("Trace", trace, step=4)]))
"""

from engine.spreadsheet.book import Page, workbook

__all__ = ["TYPE", "Page", "workbook"]

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
