"""The spreadsheet that every player's menu offers: of the trace on show, with the step on show."""

import base64
import io
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import openpyxl
import pytest

from engine.spreadsheet.layout import Layout
from pages.states.answers import PAGES, opened
from tests.pages.states.asking import blocks, json_answer

ASK, HERE = "share.xlsx", "https://stride.example/"
# Where a player is on show at once.
PLAYED = {
    "activation", "backward", "batch_norm", "convolution", "forward", "fully_connected", "inside", "output_loss",
    "pooling", "transposed",
}  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_page_with_a_player_offers_its_trace_as_a_spreadsheet(page):
    first = json_answer(page, {"query": {}})
    assert any(block.get("key") == ASK for block in blocks(first)) == (page in PLAYED)
    if page not in PLAYED:
        return
    answer = json_answer(page, {"query": first["query"], "ask": ASK, "step": 2, "address": HERE + page})
    assert answer["name"] == f"stride-{page.replace('_', '-')}.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(answer["base64"])), data_only=True)
    trace = opened(page, {})[1].trace
    layout, compared = Layout(trace), 0
    assert book.sheetnames == ["Read me", "Trace", "One step"]
    (link,) = [cell.hyperlink.target for row in book["Read me"] for cell in row if cell.hyperlink]
    given = dict(parse_qsl(urlsplit(link).query, keep_blank_values=True))
    assert link.startswith(f"{HERE}{page}?") and json_answer(page, {"query": given})["query"]["step"] == "2"
    assert book["One step"]["A1"].value == f"Step 2 in full: {trace.steps.place(2)[0].name}"
    for board in trace.boards:
        for flat, value in enumerate(board.values.ravel().tolist()):
            row, column = layout.at(board.name, flat)
            cell = book["Trace"].cell(row + 1, column + 1).value
            if isinstance(cell, int | float):
                compared += 1
                assert np.isclose(cell, value), (board.name, flat)
    assert compared >= trace.board(trace.output_board).values.size
