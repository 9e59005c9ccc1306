"""ASGI entry of Stride: `streamlit run app.py`, `python app.py` and `uvicorn app:app` all start it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config, net_util

ROOT = Path(__file__).resolve().parent


def prepare() -> None:
    """Make every way of starting, from any folder, find the rooms and .streamlit/config.toml, and stay offline.

    Streamlit has no public setting for either: st.App looks for the config file beside its script (pages/)
    unless `streamlit run` has named the main script, and environment variables are read by `streamlit run`
    alone. tests/browser/test_starting.py holds this to the pinned version.
    """
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    if config._main_script_path is None:
        config._main_script_path = str(ROOT / "app.py")
    # Asked at a headless start and for a page opened under an unknown host name, it would ask another host.
    net_util.get_external_ip = lambda: None


def show_sorry(error: Exception) -> bool:
    """Put one calm sentence where a page broke off; the server has logged the traceback already."""
    with st.container(key=f"stopped-{id(error)}"):
        st.error(
            "This page stopped at an error that is Stride's, not yours. Reload the page, or open it again "
            "from the menu to start from its first example. The server's log has the details.",
            icon=":material/error:",
        )
    return True


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Go on with the trainings that an earlier app left behind; at the end, close the processes that train."""
    jobs.revive()
    yield
    await asyncio.to_thread(jobs.close)


prepare()
from engine import threads  # noqa: E402  this, and what follows, needs the path that prepare() sets

threads.one(*threads.NUMPY, *threads.OTHERS)  # a run's own process says how many it takes
from engine.training import jobs  # noqa: E402  NumPy comes with it
from pages import live  # noqa: E402
from pages.ui import files, guard, kept, sessions, style  # noqa: E402
from pages.ui.draw import component, plotly  # noqa: E402

MIDDLEWARE = (guard.KnownHosts, kept.InMemory, sessions.Bound, files.Bound, style.Styled)
guard.close_half_sent()
app = st.App(
    ROOT / "pages" / "navigation.py", lifespan=lifespan, routes=[*live.routes, *component.routes, *plotly.routes],
    middleware=[Middleware(part) for part in MIDDLEWARE],
    on_script_error=show_sorry,
)  # fmt: skip

if __name__ == "__main__":
    app.run()
