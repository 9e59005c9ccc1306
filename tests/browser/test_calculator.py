"""The shape calculator in a browser: numbers read off the page against torch and torchvision."""

import re

import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch import nn

from tests.browser.driver import answered, settle
from tests.browser.reading import query

pytestmark = pytest.mark.browser


def result(page: Page) -> str:
    return page.locator(".sh-result").inner_text()


def reverse(page: Page) -> Locator:
    """The column of the reverse question."""
    return page.locator(".column").last


def field(page: Page, name: str) -> Locator:
    return page.locator(f'[data-knob="{name}"]')


def type_into(page: Page, name: str, text: str) -> None:
    with answered(page):
        field(page, name).fill(text)
        field(page, name).press("Enter")


def test_one_layers_shape_parameters_and_working_are_shown(open_page):
    """Of more layers, beside torch: tests/pages/states/shapes/test_one_layer.py."""
    page = open_page("/calculator?example=alexnet")
    assert "C, H, W: 3 × 224 × 224 → 64 × 55 × 55" in result(page) and "23,296" in result(page)
    code = page.locator(".sh-result code").inner_text()
    assert eval(code, {"nn": nn})(torch.zeros(1, 3, 224, 224)).shape[1:] == (64, 55, 55)
    working = page.locator(".sh-working")
    assert "height 55, and width 55 in the same way" in working.inner_text()
    lines = working.locator("math").all_text_contents()
    assert "=" not in lines[0] and "H" in lines[0] and lines[-1].endswith("=55")


def test_two_axes_have_a_working_and_a_strip_each(open_page):
    page = open_page("/calculator?layer=Conv2d&x=1x9x12&kernel_size=3x2&stride=2")
    working = page.locator(".sh-working")
    expect(working).to_contain_text("height 4")
    expect(working).to_contain_text("width 6")
    strips = page.locator("[data-strip]")
    assert [strip.get_attribute("data-strip") for strip in strips.all()] == ["H", "W"]
    starts = strips.first.locator("[data-window]").evaluate_all("all => all.map(one => one.dataset.first)")
    assert starts == ["0", "2", "4", "6"]
    expect(page.locator(".wf-key")).to_contain_text("Every row is read. Every column is read.")


def test_typing_pressing_and_a_sentence_beside_what_cannot_be(open_page):
    page = open_page("/calculator?example=stride-1")
    with answered(page):
        field(page, "stride").press("ArrowUp")
    expect(page.locator(".sh-result")).to_contain_text("1 × 2 × 2")
    assert "stride=2" in page.url
    type_into(page, "kernel_size", "9")
    sentence = page.get_by_role("alert")
    words = "kernel_size 9 is larger than the padded input 6 (input 6 + 2 × padding 0)."
    expect(sentence).to_contain_text(words)
    expect(sentence).to_contain_text("The last good settings are kept.")
    assert field(page, "kernel_size").input_value() == "9"
    expect(page.locator(".sh-result")).to_contain_text("1 × 2 × 2")
    done = page.locator(".page").get_attribute("data-done")
    field(page, "kernel_size").press("Tab")
    assert field(page, "kernel_size").input_value() == "9", "it stays, to be put right"
    field(page, "kernel_size").press("Escape")
    assert field(page, "kernel_size").input_value() == "4"
    settle(page)
    assert page.locator(".page").get_attribute("data-done") == done, "nothing is asked for twice"
    type_into(page, "kernel_size", "9")
    assert field(page, "kernel_size").input_value() == "9"
    expect(sentence).to_contain_text(words)
    type_into(page, "kernel_size", "three")
    expect(sentence).to_contain_text('Kernel size "three" is not a whole number.')
    type_into(page, "kernel_size", "3")
    expect(sentence).to_have_count(0)
    page.get_by_text("split h, w").first.click()
    type_into(page, "padding.1", "2")
    assert "padding=0x2" in page.url
    expect(page.locator(".sh-result")).to_contain_text("1 × 2 × 4")
    with answered(page):
        field(page, "layer").select_option("Max pool")
    code = page.locator(".sh-result code")  # padding 2 would be more than half of the window
    expect(code).to_have_text("nn.MaxPool2d(kernel_size=3, stride=2)")


def test_the_reverse_question_lists_settings_that_torch_confirms(open_page):
    page = open_page("/calculator?layer=Conv2d&x=3x224x224&out_channels=64&kernel_size=7&stride=2")
    type_into(page, "want.0", "112")
    type_into(page, "want.1", "112")
    answers = reverse(page).locator(".block.link a")
    expect(answers.first).to_contain_text("padding 3")
    for link in answers.all():
        asked = dict(re.findall(r"(\w+)=(\d+)", link.get_attribute("href").partition("?")[2]))
        least = {"stride": 1, "padding": 0, "dilation": 1}
        given = {name: int(asked.get(name, number)) for name, number in least.items()}
        layer = nn.Conv2d(3, 64, int(asked["kernel_size"]), **given, device="meta")
        out = layer(torch.empty(1, 3, 224, 224, device="meta"))
        assert out.shape[2:] == (112, 112)
    with answered(page):
        answers.first.click()
    expect(page.locator(".sh-result")).to_contain_text("64 × 112 × 112")
    expect(reverse(page)).to_contain_text("These settings give 112 × 112")
    assert "want=112x112" in page.url


def test_where_nothing_gives_the_wanted_size_every_setting_says_why(open_page):
    page = open_page("/calculator?layer=AvgPool2d&x=1x5x5&kernel_size=2&want=40x40")
    expect(reverse(page)).to_contain_text("Neither one setting nor two together give 40 × 40.")
    reverse(page).get_by_role("button", name="Why not the others?").click()
    expect(page.get_by_text("No padding gives size 40: the largest, 1, gives 3.")).to_be_visible()


def test_everything_of_one_layer_is_on_the_screen(open_page):
    page = open_page("/calculator?example=alexnet", size=(1280, 720))
    blocks = page.locator(".column > .block")
    assert blocks.count() > 8
    for part in (*blocks.all(), page.locator(".sh-result"), page.locator(".sh-working"), page.locator(".wf")):
        box = part.bounding_box()
        assert box["y"] + box["height"] <= 720, part.inner_text()


# A stack


def row(page: Page, number: int) -> Locator:
    return page.locator(f'tr[data-row="{number}"]')


def number(page: Page, row_number: int, column: str) -> str:
    return row(page, row_number).locator(f'[data-column="{column}"]').inner_text()


def settings(page: Page, row_number: int) -> Locator:
    return row(page, row_number).locator('[data-part="text"]')


def set_row(page: Page, row_number: int, text: str) -> None:
    with answered(page):
        settings(page, row_number).fill(text)
        settings(page, row_number).press("Enter")


def press(page: Page, row_number: int, action: str) -> None:
    with answered(page):
        row(page, row_number).locator(f'[data-action="{action}"]').click()


def torch_rows(model: nn.Sequential, shape: tuple[int, ...]) -> list[tuple[str, str]]:
    """Output shape and parameters of every layer, as the table writes them."""
    x, made = torch.zeros(1, *shape, device="meta"), []
    for layer in model:
        x = layer(x)
        count = sum(p.numel() for p in layer.parameters())
        made.append((" × ".join(f"{n:,}" for n in x.shape[1:]), f"{count:,}"))
    return made


READ = """all => all.map(one => ['output', 'parameters'].map(
    name => one.querySelector(`[data-column="${name}"]`).innerText))"""


def table_rows(page: Page) -> list[tuple[str, str]]:
    row(page, 0).wait_for()
    return [tuple(texts) for texts in page.locator("tr[data-row]:not(.input)").evaluate_all(READ)]


def test_vgg_sixteens_rows_and_totals_are_torchvisions(open_page):
    from torchvision.models import vgg16

    page = open_page("/calculator?tab=stack&net=vgg16")
    with torch.device("meta"):
        model = vgg16().eval()
    flat = nn.Sequential(*model.features, model.avgpool, nn.Flatten(), *model.classifier)
    assert table_rows(page) == torch_rows(flat, (3, 224, 224))
    total = sum(p.numel() for p in model.parameters())
    assert total == 138_357_544
    assert page.locator('[data-total="parameters"]').inner_text() == f"{total:,}"
    expect(page.locator(".tiles")).to_contain_text("138.36 M")
    # Araujo, Norris and Sim (2019): 212 cells, 32 apart, after the last pooling.
    assert [number(page, 30, name) for name in ("field", "jump")] == ["212", "32"]

    page.emulate_media(media="print")  # the same table on paper: every line of it, none under the totals
    page.set_viewport_size({"width": 720, "height": 1000})
    tops = page.locator(".stack tr").evaluate_all("(rows) => rows.map((row) => row.getBoundingClientRect().bottom)")
    assert tops == sorted(tops) and len(set(tops)) == len(tops)
    table = page.locator(".stack .scroll")
    assert table.evaluate("(node) => [node.scrollHeight - node.clientHeight, node.scrollWidth - node.clientWidth]") == [
        0,
        0,
    ]
    assert page.locator(".stack thead").is_visible() and table.bounding_box()["width"] <= 720
    page.emulate_media(media="screen")


def test_a_row_typed_anew_carries_on_to_the_totals(open_page):
    page = open_page("/calculator?tab=stack&net=small-cnn")
    set_row(page, 0, "3, 24, kernel_size=5, stride=2, padding=2")
    model = nn.Sequential(
        nn.Conv2d(3, 24, 5, 2, 2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(24, 32, 3, padding=1), nn.ReLU(),
        nn.MaxPool2d(2), nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(256, 10),
    )  # fmt: skip
    assert table_rows(page) == torch_rows(model.to("meta"), (3, 32, 32))
    assert settings(page, 10).input_value() == "256, 10"
    total = sum(p.numel() for p in model.parameters())
    assert page.locator('[data-total="parameters"]').inner_text() == f"{total:,}"
    again = open_page(f"/calculator?{page.url.partition('?')[2]}")
    assert table_rows(again) == table_rows(page)


def test_a_wrong_size_is_refused_beside_its_row_and_put_right_by_one_click(open_page):
    page = open_page("/calculator?tab=stack&net=small-cnn")
    before = table_rows(page)
    set_row(page, 10, "128, 10")
    refusal = page.get_by_role("alert")
    expect(refusal).to_contain_text("Layer 11, Linear: in_features is 128, but layer 10, Flatten, gives (1024).")
    assert settings(page, 10).input_value() == "128, 10"
    assert table_rows(page) == before
    with answered(page):
        refusal.get_by_role("button", name="make it 1024").click()
    expect(refusal).to_have_count(0)
    assert settings(page, 10).input_value() == "1024, 10"
    set_row(page, 0, "3, 16, kernel_size=open('x')")
    expect(refusal).to_contain_text("only plain numbers")
    settings(page, 0).press("Escape")
    expect(refusal).to_have_count(0)
    assert settings(page, 0).input_value() == "3, 16, kernel_size=3, padding=1"


def test_layers_are_added_changed_moved_and_removed_by_buttons_and_keys(open_page):
    page = open_page("/calculator?tab=stack&net=small-cnn")
    press(page, 0, "add")
    assert row(page, 1).locator("select").input_value() == "ReLU"
    with answered(page):
        row(page, 1).locator("select").select_option("BatchNorm2d")
    assert settings(page, 1).input_value() == "16"
    assert number(page, 1, "parameters") == "32"
    with answered(page):
        settings(page, 1).press("Alt+ArrowDown")
    assert row(page, 2).locator("select").input_value() == "BatchNorm2d"
    expect(settings(page, 2)).to_be_focused()
    with answered(page):
        settings(page, 2).press("Alt+Delete")
    assert len(table_rows(page)) == 11
    press(page, 9, "remove")
    expect(page.get_by_role("alert")).to_contain_text("takes features, but layer 9, MaxPool2d, gives maps (64, 4, 4)")
    assert len(table_rows(page)) == 11
    set_row(page, -1, "1, 64, 64")
    assert settings(page, 0).input_value() == "1, 16, kernel_size=3, padding=1"
    assert settings(page, 10).input_value() == "4096, 10"


def test_blocks_open_to_show_the_layers_inside(open_page):
    page = open_page("/calculator?tab=stack&net=resnet18")
    assert page.locator('[data-total="parameters"]').inner_text() == "11,689,512"
    expect(page.locator("tr.inner")).to_have_count(0)
    row(page, 4).locator(".opener").click()
    expect(page.locator("tr.inner")).to_have_count(7)
    expect(page.locator("tr.inner").first).to_contain_text("64, 64, kernel_size=3, padding=1, bias=False")
    assert [number(page, 11, name) for name in ("field", "jump")] == ["435", "32"]


def test_pasted_code_is_read_refused_and_exported_again(open_page):
    page = open_page("/calculator?tab=stack")
    page.get_by_role("button", name="Import").click()
    box = page.get_by_label("PyTorch code")
    box.fill("nn.Sequential(nn.Conv2d(3, 8, 3), nn.LSTM(8, 8))")
    with answered(page):
        page.get_by_role("button", name="Read it").click()
    refusal = page.get_by_text("nn.LSTM is not a layer that Stride knows in a stack")
    expect(refusal).to_be_visible()
    assert "nn.LSTM" in box.input_value() and len(table_rows(page)) == 12
    box.fill(
        "nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(4), nn.Flatten(), nn.Linear(512, 4))"
    )
    with answered(page):
        page.get_by_role("button", name="Read it").click()
    expect(refusal).to_have_count(0)
    expect(box).to_be_hidden()
    expect(page.locator("tr[data-row]:not(.input)")).to_have_count(5)
    assert settings(page, -1).input_value() == "3, 32, 32"
    page.get_by_role("button", name="Export").click()
    with answered(page):
        page.get_by_text("PyTorch", exact=True).click()
    code = page.locator(".block.code code").inner_text()
    space: dict = {}
    exec(code.replace("\u00a0", " "), space)
    assert torch_rows(space["model"].to("meta"), (3, 32, 32)) == table_rows(page)
    runs = page.evaluate("window.strideRuns")
    with page.expect_download() as got:
        page.get_by_role("button", name="Download stride.py").click()
    assert got.value.suggested_filename == "stride.py" and got.value.path().read_text("utf-8") == code
    assert page.evaluate("window.strideRuns") == runs
    page.keyboard.press("Escape")
    with answered(page):
        page.go_back()
    assert query(page) == {"tab": "stack", "net": "lenet5"} and len(table_rows(page)) == 12


def test_a_class_that_is_read_closes_the_window_and_goes_on_to_the_forward_pass(open_page):
    page = open_page("/calculator?tab=stack")
    page.get_by_role("button", name="Import").click()
    box = page.get_by_label("PyTorch code")
    box.fill(
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.conv = nn.Conv2d(1, 2, 3)\n        self.fc = nn.Linear(2 * 3 * 3, 4)\n\n"
        "    def forward(self, x):\n        x = F.max_pool2d(F.relu(self.conv(x)), 2)\n"
        "        return self.fc(x.view(-1, 2 * 3 * 3))\n"
    )
    with answered(page):
        page.get_by_role("button", name="Read it").click()
    expect(box).to_be_hidden()
    expect(page.get_by_text("Read: 5 layers, 96 parameters, for an input of (1, 8, 8).")).to_be_visible()
    page.locator('a[href*="forward?"]', has_text="Forward pass").click()
    page.wait_for_url("**/forward?**")
    expect(page.get_by_text("The stack", exact=True)).to_be_visible()
    assert query(page)["stack"] == "Conv2d-1-2-3~ReLU~MaxPool2d-2~Flatten~Linear-18-4"


def test_each_half_is_found_as_it_was_left(open_page):
    page = open_page("/calculator?example=alexnet")
    type_into(page, "stride", "3")
    left = query(page)
    with answered(page):
        page.get_by_role("link", name="A stack").click()
    expect(page.get_by_text("What does a whole network cost?")).to_be_visible()
    assert query(page) == {"tab": "stack", "net": "lenet5"}
    with answered(page):
        row(page, 11).locator('[data-action="remove"]').click()
    stack = query(page)
    assert "stack" in stack and len(table_rows(page)) == 11
    with answered(page):
        page.get_by_role("link", name="One layer").click()
    assert query(page) == left and field(page, "stride").input_value() == "3"
    with answered(page):
        page.get_by_role("link", name="A stack").click()
    assert query(page) == stack and len(table_rows(page)) == 11
    with answered(page):
        page.go_back()
    assert query(page) == left
    expect(page.get_by_text("What size comes out?")).to_be_visible()


def test_known_sizes_and_networks_are_a_click_away(open_page):
    page = open_page("/calculator")
    page.get_by_role("button", name="Well-known sizes").click()
    with answered(page):
        page.get_by_role("link", name="DCGAN's upsampling").click()
    assert "256 × 16 × 16" in result(page)
    with answered(page):
        page.get_by_role("link", name="A stack").click()
    page.get_by_role("button", name="LeNet-5").click()
    with answered(page):
        page.get_by_role("link", name="VGG-16").click()
    assert query(page) == {"tab": "stack", "net": "vgg16"}
    expect(page.get_by_role("button", name="VGG-16")).to_be_visible()
    press(page, 0, "add")
    expect(page.get_by_role("button", name="Known networks")).to_be_visible()


@pytest.mark.parametrize(("link", "words"), [
    ("tab=stack&x=3x8x8&stack=Conv2d-3-8-3~Linear-9-2", "in_features is 9"),
    ("tab=<b>", "is none of layer, stack"),
])  # fmt: skip
def test_a_wrong_link_is_answered_and_the_page_works(open_page, link, words):
    """More of them: tests/pages/states/shapes/test_view.py."""
    page = open_page(f"/calculator?{link}")
    expect(page.locator(".notice.warning ~ .typed").first).to_contain_text(words)
    in_stack = "tab=stack" in link
    with answered(page):
        page.get_by_role("link", name="One layer" if in_stack else "A stack").click()
    expect(page.locator(".wf" if in_stack else "tr[data-row]").first).to_be_visible()
    expect(page.locator(".notice.warning")).to_have_count(0)


@pytest.mark.parametrize("query", ["example=resnet", "tab=stack&net=lenet5", "tab=stack&net=resnet18"])
def test_on_a_phone_in_the_dark_nothing_sticks_out(open_page, query):
    page = open_page(f"/calculator?{query}", mobile=True, dark=True)
    width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert width <= 390
    for part in page.locator(".wf, .vol, .sh-working, .knobs, .tabs, .scroll").all():
        box = part.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


@pytest.mark.parametrize("tab", ["layer", "stack"])
def test_every_number_can_be_read_at_every_width(open_page, tab):
    page = open_page(f"/calculator?tab={tab}")
    for width in (1024, 820, 768, 390, 375, 320):
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        fields = page.locator(".page :is(.knob input[type=text], .stack select, .stack input):visible")
        assert fields.evaluate_all("(all) => Math.min(...all.map((one) => one.clientWidth))") >= 24, width
        fonts = "(all) => Math.min(...all.map((one) => parseFloat(getComputedStyle(one).fontSize)))"
        assert page.locator(".page *:visible").evaluate_all(fonts) >= 12
        names = page.locator(".stack select:visible")
        wide = "(all) => Math.min(999, ...all.map((one) => one.clientWidth))"
        assert names.evaluate_all(wide) >= 100, width
