"""The download of CIFAR-10: an offer with size and place, its speed, a way to cancel it and to try again."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

import streamlit as st

from engine.data import cifar10, download
from engine.training.results import duration
from pages.states.sheet.writing import plain

ARRIVED = "training.arrived"  # the download whose end this session has seen


def panel(arrived: Callable[[], None]) -> None:
    """Offer CIFAR-10's download, or show how it goes; arrived() is called when it is there."""
    present = download.current()
    going = present is not None and not present.progress.over
    st.fragment(partial(_download, arrived), run_every=0.5 if going else None)()


def _download(arrived: Callable[[], None]) -> None:
    present = download.current()
    how = present.progress if present else None
    told = st.session_state.get(ARRIVED) is present  # only once: the files may be broken again
    if how is not None and how.state == "done" and cifar10.present() and not told:
        st.session_state[ARRIVED] = present
        arrived()
        st.rerun()
    address = download.source().url
    if how is None or how.over:
        if how is not None and how.state == "failed":
            st.error(plain(how.message), icon=":material/cloud_off:")
        elif how is not None and how.state == "cancelled":
            st.info("The download was cancelled; what had come was deleted.", icon=":material/cancel:")
        what = "A whole CIFAR-10" if cifar10.present() else "CIFAR-10"
        st.markdown(
            f"{what} is not on this machine yet: 60,000 photographs, **{download.SIZE / 1e6:.0f} MB** from "
            f"`{urlsplit(address).netloc.rpartition('@')[2] or address}`. It goes to `{cifar10.data_folder()}`."
        )
        again = how is not None and how.state == "failed"
        if st.button(
            "Try again" if again else "Download CIFAR-10", icon=":material/download:", key="training.download"
        ):
            download.start()
            st.rerun()
        return
    st.progress(min(1.0, how.done / how.total) if how.total else 0.0, f"CIFAR-10: {how.state} …")
    words = f"{how.done / 1e6:,.1f} MB" + (f" of {how.total / 1e6:,.1f} MB" if how.total else "")
    if how.speed:
        words += f", {how.speed / 1e6:.1f} MB a second"
    if how.seconds_left is not None:
        words += f", {duration(how.seconds_left)} left"
    st.caption(words)
    if st.button("Cancel", icon=":material/close:", key="training.cancel"):
        present.cancel()
