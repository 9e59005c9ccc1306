"""Take the README's pictures from the running app: `make pictures`."""

import os
import tempfile
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.driver import DESKTOP, PHONE, launch, serving, settle
from tests.browser.reading import cell, control, player

OUT = Path(__file__).resolve().parents[1] / "assets" / "pictures"


def pinned(page: Page) -> None:
    """Pin one output cell and point at a weight."""
    cell(page, "output", 0, 1, 2).click()
    settle(page, quiet_ms=800)
    cell(page, "weight", 0, 0, 0, 1).hover()


def stepping(page: Page) -> None:
    """Be in the middle of the second filter."""
    player(page).focus()
    page.keyboard.press("ArrowDown")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    settle(page, quiet_ms=800)


def guessing(page: Page) -> None:
    """Give a wrong answer: a filter's bias is forgotten."""
    control(page, "predict").click()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    settle(page, quiet_ms=800)


def growing(page: Page) -> None:
    """Wait until the first maps are there."""
    page.wait_for_timeout(7000)


def nothing(page: Page) -> None:
    """Leave the page as it opens."""


MAPS = "convolution?x=pic.scene.rgb.128.0-255&w=2x3x3x3_-1_0_1_-2_0_2_-1_0_1_-1_0_1_-2_0_2_-1_0_1_-1_0_1_-2_0_2_-1_0_1_-1_-2_-1_0~3_1_2_1_-1_-2_-1_0~3_1_2_1_-1_-2_-1_0~3_1_2_1&b=2_0_0"  # noqa: E501
PICTURES = {
    "convolution": ("convolution?example=three-channels-three-filters", DESKTOP, "light", pinned),
    "predict": ("convolution?example=three-channels-three-filters", DESKTOP, "light", guessing),
    "seven": ("convolution", DESKTOP, "light", nothing),
    "practice": ("practice?kind=conv-channels&level=3&seed=5", DESKTOP, "light", nothing),
    "sets": ("sets", DESKTOP, "light", nothing),
    "convolution-dark": ("convolution?example=one-channel-three-filters", DESKTOP, "dark", stepping),
    "convolution-phone": ("convolution", PHONE, "light", nothing),
    "maps": (MAPS, (1280, 900), "light", nothing),
    "forward": ("forward", DESKTOP, "light", nothing),
    "backward": ("backward", DESKTOP, "light", nothing),
    "learning": ("learning", (1280, 760), "light", nothing),
    "training": ("training?run=00000001", (1280, 900), "light", nothing),
    "inside": ("inside?at=3.10060", (1280, 900), "light", nothing),
    "shapes": ("calculator", DESKTOP, "light", nothing),
    "activation": ("activation", (1280, 900), "light", nothing),
    "pooling": ("pooling?step=3", DESKTOP, "dark", nothing),
    "fully-connected": ("fully_connected?example=hidden", (1280, 900), "light", nothing),
    "output": ("output_loss", (1280, 900), "light", nothing),
    "input": ("input", DESKTOP, "light", nothing),
    "home": ("", DESKTOP, "light", growing),
}


def trained(folder: Path) -> None:
    """Leave a run of a minute on drawn shapes, to be looked at."""
    from engine.training.presets import PRESETS
    from engine.training.runs import create
    from engine.training.runs.carry import carry_out

    config = replace(PRESETS["quick"].config, data="shapes", epochs=4)
    run = create(config, "Quick on Shapes", "quick", folder / "runs" / "00000001")
    print(f"training for a picture: {carry_out(run).status}")


def main() -> None:
    OUT.mkdir(exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        os.environ["STRIDE_DATA"] = folder
        trained(Path(folder))
        browser = launch(playwright)
        with serving(Path(folder) / "log.txt") as server:
            for name, (path, (width, height), scheme, act) in PICTURES.items():
                page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
                page.goto(f"{server.url}/{path}")
                page.wait_for_selector(".stride, [data-testid='stMain']")
                settle(page, quiet_ms=1500)
                act(page)
                page.wait_for_timeout(400)  # a frame that slides comes to rest
                page.screenshot(path=OUT / f"{name}.png")
                page.close()
                print(f"assets/pictures/{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
