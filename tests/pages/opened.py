"""A page as its script draws it, without a browser."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

NAVIGATION = Path(__file__).resolve().parents[2] / "pages" / "navigation.py"


def opened(page: str, **query) -> AppTest:
    """Open a page of a link in a new session, by way of Home."""
    at = AppTest.from_file(NAVIGATION, default_timeout=60).run()
    at.query_params.update(query)
    at = at.switch_page(f"{page}.py").run()
    assert not at.exception
    return at
