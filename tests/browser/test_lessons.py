"""What every lesson of a layer keeps to, in a real browser; what is a lesson's own is tested in the lesson's file."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import openpyxl
import pytest
from playwright.sync_api import Page

from tests.browser.driver import acted
from tests.browser.reading import (
    cell,
    control,
    judge_fit,
    judge_look,
    knob,
    more,
    player,
    query,
    read,
    text,
    type_into,
)  # fmt: skip
from tests.pages.states.lesson.beside_torch import linked, torch_output

pytestmark = pytest.mark.browser

Cell = tuple[str, tuple[int, ...]]  # board and index


@dataclass(frozen=True)
class Lesson:
    """A page and what is done on it.

    keys: keys pressed from step 0 on, and the step that each leads to. edited: a cell that gets another number, turn: a
    turn of a knob, opened: the step then gone to. tapped: a cell that a finger touches on a phone, in the state that
    these leave, and its step. below: two boards that stand below one another on a phone. wrong: a link that is wrong,
    and words of the sentences that answer it. shape: of the board that is then shown.
    """

    page: str
    title: str
    example: str
    keys: tuple[tuple[str, int], ...]
    edited: Cell
    turn: Callable[[Page], None]
    opened: int
    tapped: tuple[Cell, int]
    wrong: str
    words: tuple[str, ...]
    shape: tuple[str, tuple[int, ...]]
    code: str
    refused: str = "abc"
    below: tuple[Cell, Cell] | None = None


def press(label: str, key: str = "ArrowUp") -> Callable[[Page], None]:
    return lambda page: knob(page, label).press(key)


def uncheck(name: str) -> Callable[[Page], None]:
    def turn(page: Page) -> None:
        switch = page.get_by_role("switch", name=name)
        if not switch.is_visible():
            more(page)
        switch.uncheck()

    return turn


def walk(*pairs: str) -> tuple[tuple[str, int], ...]:
    """ "Right 1", "End 47" … as (key, step)."""
    arrows = ("Right", "Left", "Up", "Down")
    split = [pair.split() for pair in pairs]
    return tuple(("Arrow" * (key in arrows) + key, int(step)) for key, step in split)


MAPS = (("input", (0, 0, 0)), ("output", (0, 0, 0)))
LESSONS = (
    Lesson(
        "activation", "Activation", "three-channels",
        walk("Right 1", "Down 17", "Up 1", "Left 0", "End 47", "Right 47", "Home 0"),
        edited=("input", (0, 0, 1)), turn=lambda page: page.get_by_role("combobox", name="layer").select_option("ELU"),
        opened=11, tapped=(("output", (0, 1, 1)), 5), below=MAPS,
        wrong="layer=Relu&alpha=9&x=hello&step=x", words=("Relu", "alpha", "hello", "step"),
        shape=("output", (1, 4, 4)), code="nn.ReLU()",
    ),
    Lesson(
        "batch_norm", "Batch norm", "three-channels",
        walk("Right 1", "Right 2", "Left 1", "End 56", "Home 0"),
        edited=("input", (0, 0, 0)), turn=press("eps"), opened=3,
        tapped=(("centred", (0, 1, 0)), 5), below=(("input", (0, 0, 0)), ("centred", (0, 0, 0))),
        wrong="layer=LayerNorm&eps=7&affine=maybe&x=hello&step=x",
        words=("LayerNorm", "eps 7", "affine", "hello", "step"), shape=("input", (1, 2, 4)), code="nn.BatchNorm2d(3",
    ),
    Lesson(
        "convolution", "Convolution", "three-channels-three-filters",
        walk("Right 1", "Right 2", "Left 1", "Down 17", "Up 1", "End 47", "Right 47", "Home 0", "Left 0"),
        edited=("input", (0, 0, 0)), turn=press("stride"), opened=7,
        tapped=(("output", (0, 0, 1)), 1), below=MAPS,
        wrong="example=three-channels&stride=0&mode=mirror&w=1x1x9x9_1", words=("stride", "mirror", "9x9"),
        shape=("output", (1, 4, 4)), code="nn.Conv2d(3, 3, kernel_size=3)",
    ),
    Lesson(
        "fully_connected", "Fully connected", "hidden",
        walk("Right 1", "Down 2", "Up 1", "Left 0", "End 2", "Home 0"),
        edited=("input", (3,)), turn=uncheck("ReLU"), opened=2, tapped=(("output", (1,)), 1),
        wrong="layer=Bilinear&x=hello&relu=maybe&step=x", words=("Bilinear", "hello", "relu", "step"),
        shape=("input", (1, 2, 2)), code="nn.Linear(4, 3)",
    ),
    Lesson(
        "output_loss", "Output and loss", "loss",
        walk("Right 1", "Right 2", "Left 1", "End 8", "Right 8", "Home 0"),
        edited=("input", (1,)), turn=press("temperature"), opened=5,
        tapped=(("exponentials", (0,)), 4), refused="inf",
        wrong="layer=NLLLoss&x=2_1_a&target=7&temperature=-1&subtract_largest=x",
        words=("NLLLoss", "x:", "target 7 is not a class", "temperature", "subtract_largest"), shape=("input", (3,)),
        code="nn.CrossEntropyLoss()",
    ),
    Lesson(
        "pooling", "Pooling", "three-channels",
        walk("Right 1", "Down 10", "Up 1", "Left 0", "End 26", "Right 26", "Home 0"),
        edited=("input", (0, 0, 0)), turn=press("stride", "ArrowDown"), opened=6,
        tapped=(("output", (0, 0, 3)), 3), below=MAPS,
        wrong="layer=MaxPool3d&kernel_size=9&padding=2&x=hello&step=x",
        words=("MaxPool3d", "kernel_size 9", "padding", "hello", "step"), shape=("output", (1, 2, 2)),
        code="nn.MaxPool2d(kernel_size=2)",
    ),
    Lesson(
        "transposed", "Transposed convolution", "two-channels",
        walk("Right 1", "Down 17", "Up 1", "End 31", "Right 31", "Home 0", "Left 0"),
        edited=("input", (0, 0, 0)), turn=uncheck("bias"), opened=9,
        tapped=(("output", (0, 1, 2)), 6), below=MAPS,
        wrong="layer=Conv3d&stride=9&output_padding=3&x=hello&step=x",
        words=("Conv3d", "stride 9", "output_padding 3", "hello", "step"), shape=("output", (1, 5, 5)),
        code="nn.ConvTranspose2d(2, 2, kernel_size=2, stride=2)",
    ),
)  # fmt: skip
lessons = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.page)


@pytest.fixture(params=["server", "site"])
def open_there(request, open_page):
    """open_page of a host: the app's server, or the site without one."""
    host = request.getfixturevalue("site") if request.param == "site" else None

    def opened(*given, **look) -> Page:
        return open_page(*given, server=host, **look)

    opened.path = open_page.path
    opened.trains = request.param == "server"
    return opened


def output_board(lesson: Lesson, page: Page) -> tuple[str, np.ndarray]:
    """The board that a page's link ends on, and PyTorch's numbers for it."""
    state = linked(lesson.page, query(page))
    return state.trace.output_board, torch_output(state)


@lessons
def test_an_example_is_stepped_through_played_and_checked(lesson, open_there):
    page = open_there(f"/{lesson.page}?example={lesson.example}&step=2", together=None)
    assert page.title() == f"{lesson.title} · Stride" and read(page).step == 2
    judge_look(page)
    judge_fit(page)

    player(page).focus()
    page.keyboard.press("Home")
    for key, step in lesson.keys:
        page.keyboard.press(key)
        assert read(page).step == step, key

    last = max(step for _, step in lesson.keys)
    control(page, "scrub").fill(str(last - 2))
    control(page, "speed").select_option(label="8×")
    control(page, "play").click()
    page.locator(f'.stride[data-step="{last}"][data-playing="false"]').wait_for()
    name, expected = output_board(lesson, page)
    shown = read(page).boards[name]
    assert shown.size == expected.size
    np.testing.assert_allclose(shown.ravel(), expected.ravel(), rtol=0, atol=6e-4)

    with acted(page):
        page.get_by_role("button", name="Run it in PyTorch").click()
        if open_there.trains:
            page.locator(".notice.success", has_text="largest difference").wait_for()
        else:
            page.get_by_role("alert").filter(has_text="which a browser does not have").wait_for()
        page.get_by_text("Code to paste").click()
    code = page.locator(".block.code pre", has_text="import torch").first
    code.wait_for()
    assert lesson.code in code.inner_text()
    names: dict = {}
    exec(code.inner_text().replace("\xa0", " "), names)
    np.testing.assert_allclose(names["y"].detach().numpy().ravel(), expected.ravel(), rtol=1e-12, atol=1e-12)

    if lesson.page == "pooling":  # written by a package that a browser has as it is
        page.get_by_role("button", name="Share").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="Spreadsheet").click()
        assert openpyxl.load_workbook(download.value.path().open("rb")).sheetnames == ["Read me", "Trace", "One step"]


@lessons
def test_a_link_brings_the_same_numbers_to_a_phone_in_the_dark(lesson, open_there):
    page = open_there(f"/{lesson.page}?example={lesson.example}")
    board, index = lesson.edited
    before = read(page).boards[board][index]
    type_into(cell(page, board, *index), lesson.refused)
    note = player(page).get_by_role("alert")
    note.wait_for()
    assert "number" in note.inner_text() and read(page).boards[board][index] == before

    with acted(page):
        type_into(cell(page, board, *index), "-3.5")
    assert read(page).boards[board][index] == -3.5
    with acted(page):
        lesson.turn(page)
    with acted(page):
        control(page, "scrub").fill(str(lesson.opened))
    one = read(page)
    assert one.step == lesson.opened
    page.wait_for_url(re.compile(rf"step={lesson.opened}(&|$)"))  # the address follows the run

    look = {"mobile": True, "dark": True, "reduced_motion": True}
    phone = open_there(open_there.path(page), **look)
    two = read(phone)
    assert (two.step, two.formula) == (one.step, one.formula)
    for name in one.boards:
        np.testing.assert_array_equal(two.boards[name], one.boards[name])
    if lesson.below:
        upper, lower = (cell(phone, name, *at).bounding_box()["y"] for name, at in lesson.below)
        assert lower > upper + 60, "the stages stand below one another"
    (tapped, at), step = lesson.tapped
    cell(phone, tapped, *at).tap()
    assert read(phone).step == step
    judge_look(phone, **look)


@lessons
def test_a_link_that_is_wrong_is_answered_and_the_page_works(lesson, open_there):
    page = open_there(f"/{lesson.page}?{lesson.wrong}")
    for word in lesson.words:
        assert word in text(page)
    board, shape = lesson.shape
    assert read(page).boards[board].shape == shape
    control(page, "last").click()
    name, expected = output_board(lesson, page)
    np.testing.assert_allclose(read(page).boards[name].ravel(), expected.ravel(), rtol=0, atol=6e-4)


def test_a_deep_link_opens_its_page_on_a_fresh_server(open_page, fresh_server):
    page = open_page("/transposed?example=upsample&step=12", server=fresh_server)
    assert page.title() == "Transposed convolution · Stride"
    assert read(page).step == 12 and read(page).boards["total"][0] == 11
    page = open_page("/backward?example=worked&at=5.weight.6", server=fresh_server)
    assert page.title() == "Backpropagation · Stride" and "−1.4871" in page.locator(".crumb").inner_text()
