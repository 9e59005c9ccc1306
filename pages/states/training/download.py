"""The download of CIFAR-10 on a page: an offer with size and place, its speed, a way to cancel it and to try again."""

from urllib.parse import urlsplit

from engine.data import cifar10, download
from engine.data.download import Progress
from engine.training.results import duration
from pages.states.sheet import Sheet
from pages.states.sheet.writing import plain

SOON = 500  # ms after which a page that shows a download looks again


def fill(page: Sheet) -> None:
    """Offer CIFAR-10's download, or show how it goes: acts "fetch", "cancel", and "look" while it goes."""
    present = download.current()
    how = present.progress if present else None
    if how is None or how.over:
        _offer(page, how)
    else:
        _going(page, how)


def _offer(page: Sheet, how: Progress | None) -> None:
    failed = how is not None and how.state == "failed"
    if failed:
        page.notice(plain(how.message), "error")
    elif how is not None and how.state == "cancelled":
        page.notice("The download was cancelled; what had come was deleted.")
    what = "A whole CIFAR-10" if cifar10.present() else "CIFAR-10"
    page.text(
        f"{what} is not on this machine yet: 60,000 photographs, **{download.SIZE / 1e6:.0f} MB** from "
        f"{plain(place())}. It goes to {plain(str(cifar10.data_folder()))}."
    )
    page.button("Try again" if failed else "Download CIFAR-10", "fetch")


def place() -> str:
    """Return the host that CIFAR-10 comes from, without a name and a password in its address."""
    address = download.source().url
    return urlsplit(address).netloc.rpartition("@")[2] or address


def _going(page: Sheet, how: Progress) -> None:
    share = min(1.0, how.done / how.total) if how.total else 0.0
    page.text(f"CIFAR-10: {how.state} …")
    page.html(
        f'<div class="tr progress" role="progressbar" aria-label="download" aria-valuenow="{share:.0%}">'
        f'<i style="width:{share:.2%}"></i></div>'
    )
    words = f"{how.done / 1e6:,.1f} MB" + (f" of {how.total / 1e6:,.1f} MB" if how.total else "")
    if how.speed:
        words += f", {how.speed / 1e6:.1f} MB a second"
    if how.seconds_left is not None:
        words += f", {duration(how.seconds_left)} left"
    page.caption(words)
    page.button("Cancel", "cancel")
    page.widget("soon", "soon", act="look", after=SOON)


def fetch() -> None:
    """Begin to download it."""
    download.start()


def cancel() -> None:
    """End the download that is under way."""
    if present := download.current():
        present.cancel()
