"""The player on traces of several phases, numbers that fly where they are copied, and cells that lead elsewhere."""

import numpy as np
import pytest

from engine.facts.examples import FULLY_CONNECTED, OUTPUT
from engine.layers import CrossEntropyLoss, MaxPool2d
from engine.trace.payload import payload
from tests.browser.reading import cell, control, player, read
from tests.browser.standing import lit, says

pytestmark = pytest.mark.browser


def trace_of(example):
    return example.layer.trace(example.input, **example.parameters, **example.extras)


def phase(page):
    return int(player(page).get_attribute("data-phase"))


def line(page):
    return "".join(page.locator(".line.whole").inner_text().split())


# Several phases


def test_softmax_is_stepped_through_phase_by_phase(stage):
    page = stage(trace_of(OUTPUT["softmax"]))
    player(page).focus()
    seen = []
    for _ in range(8):
        seen.append((phase(page), line(page)))
        page.keyboard.press("ArrowRight")
    assert [k for k, _ in seen] == [0, 1, 1, 1, 2, 3, 3, 3]
    assert [text for _, text in seen[:2]] == ["max(7.86,8.78,9.64)=9.64", "7.86−9.64=−1.78exp(−1.78)≈0.1686"]
    assert seen[4][1] == "0.1686+0.4232+1=1.5918" and seen[7][1] == "1÷1.5918≈0.6282"
    assert seen[3][1] == "9.64−9.64=0exp(0)=1", "what ends in a digit is no rounding"


def test_the_phases_are_named_and_reached_by_buttons_chips_and_keys(stage):
    page = stage(trace_of(OUTPUT["softmax"]))
    assert control(page, "phase").inner_text() == "phase 1 of 4" and control(page, "phase-prev").is_disabled()
    chips = page.locator(".phases .chip")
    assert chips.all_inner_texts() == ["largest", "exponentials", "sum", "probabilities"]
    control(page, "phase-next").click()
    assert (phase(page), read(page).step) == (1, 1)
    control(page, "phase-3").click()
    assert (phase(page), read(page).step) == (3, 5) and control(page, "phase-next").is_disabled()
    assert chips.nth(3).get_attribute("aria-current") == "step"
    player(page).focus()
    for key, step in (("PageUp", 4), ("PageUp", 1), ("PageDown", 4), ("PageDown", 5), ("PageDown", 5)):
        page.keyboard.press(key)
        assert read(page).step == step, key
    control(page, "help").click()
    assert "Page Up" in page.get_by_role("alert").inner_text()


def test_a_trace_of_one_phase_has_no_way_to_others(stage):
    page = stage()
    assert not page.locator(".phases").is_visible() and phase(page) == 0
    control(page, "help").click()
    assert "Page Up" not in page.get_by_role("alert").inner_text() and "↑ ↓ filter" in says_all(page)


def says_all(page):
    return page.get_by_role("alert").inner_text()


def test_pages_belong_to_a_phase(stage):
    page = stage(trace_of(OUTPUT["batch"]))
    player(page).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert read(page).step == 2 and control(page, "filter").inner_text() == "picture 2 of 0–2"
    page.keyboard.press("PageDown")
    assert (phase(page), control(page, "filter").inner_text()) == (1, "picture 2 of 0–2"), "the picture stays"
    page.keyboard.press("ArrowUp")
    assert (phase(page), read(page).step) == (1, 6)
    page.keyboard.press("End")
    assert phase(page) == 5 and not control(page, "filter").is_visible()
    page.keyboard.press("ArrowDown")
    assert phase(page) == 5


def test_no_phase_is_taller_than_another(stage):
    for size in ((390, 844), (960, 640), (1280, 720)):
        page = stage(trace_of(OUTPUT["smoothing"]), size=size)
        heights = set()
        for k in range(7):
            control(page, f"phase-{k}").evaluate("node => node.click()")
            bottom = page.evaluate("document.querySelector('.area').getBoundingClientRect().bottom + scrollY")
            heights.add(round(bottom))
        assert len(heights) == 1, (size, heights)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_cell_that_an_earlier_phase_wrote_says_so_and_leads_to_its_step(stage):
    page = stage(trace_of(OUTPUT["softmax"]))
    page.evaluate("window.player.go(6)")
    assert phase(page) == 3
    cell(page, "exponentials", 2).hover()
    assert "made from 2 numbers, goes into 1 cell of “sum” and 1 output cell" in says(page)
    assert "click" in page.locator(".inspector .hint").inner_text()
    cell(page, "total", 0).first.hover()
    cell(page, "exponentials", 2).click()
    assert (phase(page), read(page).step) == (1, 3) and page.evaluate("document.activeElement.className").startswith(
        "stride"
    )
    page.evaluate("window.player.go(6)")
    cell(page, "exponentials", 0).focus()
    page.keyboard.press("Enter")
    assert (phase(page), read(page).step) == (1, 1)


def test_new_numbers_reach_every_phase(stage):
    page = stage(trace_of(OUTPUT["softmax"]))
    page.evaluate("window.player.go(7)")
    example = OUTPUT["softmax"]
    changed = example.layer.trace(np.zeros(3), **example.extras)
    page.evaluate("trace => window.player.update(trace)", payload(changed))
    assert line(page) == "1÷3≈0.3333"
    control(page, "phase-0").click()
    assert read(page).boards["input"].tolist() == [0, 0, 0]


def test_a_held_stage_of_a_phase_tells_no_later_number(stage):
    page = stage(trace_of(OUTPUT["softmax"]))
    page.evaluate("window.player.go(1)")
    control(page, "stages").click()
    assert line(page) == "7.86−9.64=……" and np.isnan(read(page).boards["total"]).all()
    player(page).focus()
    texts = []
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        texts.append((page.locator(".inspector .pill").inner_text(), line(page)))
    assert texts == [
        ("difference, 2 of 4", "7.86−9.64=−1.78…"), ("function, 3 of 4", "7.86−9.64=−1.78exp(−1.78)≈…"),
        ("result, 4 of 4", "7.86−9.64=−1.78exp(−1.78)≈0.1686"),
    ]  # fmt: skip


def test_losses_that_overflow_are_written_as_they_are(stage):
    layer = CrossEntropyLoss()
    trace = layer.trace(np.array([1000.0, 998, 995]), target=np.array(0), subtract_largest=False)
    page = stage(trace)
    for step in range(len(trace.steps)):
        page.evaluate("(step) => window.player.go(step)", step)
    assert "undefined" not in page.locator(".stride").inner_text()


# Copies


def flying(page):
    """What flies: its text, from where and to where, in pixels; None where nothing does."""
    return page.evaluate(
        """() => {
          const flyer = document.querySelector('.flyer');
          const [flight] = flyer?.getAnimations() ?? [];
          if (!flight) return null;
          const { duration, progress } = flight.effect.getComputedTiming();
          return { text: flyer.innerText, duration };
        }"""
    )


def test_a_copied_number_flies_to_its_place_and_nothing_else_is_between(stage):
    page = stage(trace_of(FULLY_CONNECTED["flatten"]))
    assert set(read(page).boards) == {"input", "output"} and not page.locator(".strip").is_visible()
    player(page).focus()
    page.keyboard.press("ArrowRight")
    flight = flying(page)
    assert flight["text"] == "8" and 100 <= flight["duration"] <= 1200
    ends = page.evaluate(
        """() => {
          const flyer = document.querySelector('.flyer');
          const [flight] = flyer.getAnimations();
          const box = (node) => {
            const { x, y } = node.getBoundingClientRect();
            return [Math.round(x), Math.round(y)];
          };
          flight.pause();
          flight.currentTime = 0;
          const start = box(flyer);
          flight.currentTime = flight.effect.getComputedTiming().duration - 0.01;
          const end = box(flyer);
          const at = (board, index) => box(document.querySelector(`[data-board="${board}"][data-index="${index}"]`));
          return [start, end, at('input', '0,0,1'), at('output', '1')];
        }"""
    )
    assert ends[:2] == ends[2:]
    page.keyboard.press("ArrowRight")
    assert flying(page)["text"] == "20" and page.locator(".arriving").count() == 1
    page.wait_for_function("!document.querySelector('.flyer')")
    assert page.locator(".arriving").count() == 0 and read(page).boards["output"].tolist()[:3] == [15, 8, 20]


def test_backwards_by_a_jump_and_with_reduced_motion_nothing_flies(stage):
    page = stage(trace_of(FULLY_CONNECTED["flatten"]))
    page.evaluate("window.player.go(3)")
    assert flying(page) is None
    control(page, "prev").click()
    assert flying(page) is None
    page = stage(trace_of(FULLY_CONNECTED["flatten"]), reduced_motion="reduce")
    control(page, "next").click()
    assert flying(page) is None and read(page).boards["output"][1] == 8


def test_a_flight_ends_with_the_player_and_with_the_next_move(stage):
    page = stage(trace_of(FULLY_CONNECTED["flatten"]))
    control(page, "next").click()
    control(page, "prev").click()
    assert flying(page) is None and page.locator(".arriving").count() == 0
    control(page, "next").click()
    page.evaluate("window.player.destroy()")
    assert page.evaluate("document.getAnimations().length") == 0 and page.locator(".flyer").count() == 0


def test_copies_fly_while_it_plays_and_in_stages_at_the_result(stage):
    page = stage(trace_of(FULLY_CONNECTED["flatten"]))
    control(page, "stages").click()
    assert page.locator(".inspector .pill").inner_text() == "input, 1 of 2"
    control(page, "next").click()
    assert flying(page)["text"] == "15"
    control(page, "next").click()
    assert flying(page) is None, "a number that is only pointed at stays where it is"
    control(page, "stages").click()
    player(page).focus()
    page.keyboard.press("Space")
    page.wait_for_function("document.querySelector('.flyer')")
    control(page, "speed").select_option(label="8×")
    page.wait_for_function("document.querySelector('.stride').dataset.playing === 'false'")
    page.wait_for_function("!document.querySelector('.flyer')")
    assert read(page).boards["output"].tolist() == [15, 8, 20, 5]


def test_a_flight_starts_where_a_scrolled_and_shifted_player_stands(stage):
    page = stage(trace_of(FULLY_CONNECTED["flatten"]), size=(700, 400))
    page.evaluate("document.body.style.padding = '300px 0 500px 60px'; scrollTo(0, 250)")
    control(page, "next").click()
    start = page.evaluate(
        """() => {
          const flyer = document.querySelector('.flyer');
          flyer.getAnimations()[0].pause();
          flyer.getAnimations()[0].currentTime = 0;
          return [flyer, document.querySelector('[data-board="input"][data-index="0,0,1"]')].map((node) => {
            const { x, y } = node.getBoundingClientRect();
            return [Math.round(x), Math.round(y)];
          });
        }"""
    )
    assert start[0] == start[1]


# Leads

LEADS = """leads => {
  window.player.configure({ leads });
  window.led = [];
  window.player.setCallbacks({ onLead: (lead) => led.push(lead), onEdit: (edit) => edits.push(edit) });
}"""


def led(page):
    return page.evaluate("window.led.splice(0)")


def test_a_cell_that_is_held_offers_the_way_to_where_its_number_comes_from(stage):
    page = stage(trace_of(OUTPUT["softmax"]))
    page.evaluate(LEADS, {"exponentials": "Open the exponentials"})
    page.evaluate("window.player.go(5)")
    cell(page, "exponentials", 1).hover()
    assert control(page, "lead").inner_text() == "Open the exponentials"
    cell(page, "exponentials", 1).dblclick()
    assert led(page) == [{"board": "exponentials", "flat": 1}]


def test_leads_work_by_button_key_and_finger_beside_editing_and_spare_padding_and_outputs(stage):
    trace = MaxPool2d(3, stride=2, padding=1).trace(np.arange(16.0).reshape(1, 4, 4))
    page = stage(trace, size=(390, 844), has_touch=True, is_mobile=True)
    page.evaluate(LEADS, {"input": "Made by Conv2d", "output": "Nowhere"})
    cell(page, "input", 0, 1, 1).tap()
    assert control(page, "edit").is_visible()
    control(page, "lead").tap()
    assert led(page) == [{"board": "input", "flat": 7}]
    cell(page, "input", 0, 0, 0).tap()
    assert not control(page, "lead").is_visible()
    cell(page, "output", 0, 0, 0).tap()
    assert not control(page, "lead").is_visible()
    still = payload(trace)
    for board in still["boards"]:
        board["editable"] = False
    page.evaluate("trace => window.player.update({ ...trace, id: 'still' })", still)
    cell(page, "input", 0, 2, 2).focus()
    page.keyboard.press("Enter")
    assert led(page) == [{"board": "input", "flat": 14}] and page.evaluate("window.edits") == []


def test_lit_cells_of_a_step_in_a_phase(stage):
    page = stage(trace_of(OUTPUT["softmax"]))
    page.evaluate("window.player.go(6)")
    page.locator(".term").hover()
    assert lit(page, "exponentials") == [(1,)] and lit(page, "sum of exponentials") == [(0,)]
