"""The harness sees what it is there to see."""

import pytest

from tests.browser.driver import rerun

pytestmark = pytest.mark.browser


def test_a_quiet_page_has_no_troubles(open_page):
    open_page("/")
    assert open_page.inspect() == []


def test_console_error_is_seen(open_page):
    page = open_page("/")
    page.evaluate("console.error('a deliberate error')")
    assert any("a deliberate error" in trouble for trouble in open_page.troubles(page))
    open_page.troubles(page).clear()


def test_page_error_is_seen(open_page):
    page = open_page("/")
    with page.expect_event("pageerror"):
        page.evaluate("setTimeout(() => { throw new Error('thrown on purpose') })")
    assert any("thrown on purpose" in trouble for trouble in open_page.troubles(page))
    open_page.troubles(page).clear()


@pytest.mark.parametrize("url", ["http://stride.invalid/font.woff2", "http://192.0.2.1/beacon"])
def test_request_to_another_host_is_seen_and_goes_nowhere(open_page, url):
    page = open_page("/")
    answer = page.evaluate("(url) => fetch(url).then(() => 'answered', () => 'refused')", url)
    assert answer == "refused"
    assert f"asked another host: {url}" in open_page.troubles(page)
    open_page.troubles(page).clear()


@pytest.mark.xfail(strict=True, reason="a trouble on its page fails a test that asserts nothing")
def test_trouble_fails_the_test(open_page):
    page = open_page("/")
    page.evaluate("console.error('a deliberate error')")


PAGE_THAT_BREAKS = """
import streamlit as st

st.write("before")
if st.button("Break"):
    raise ValueError("broken on purpose")
"""


def test_a_page_that_breaks_off_shows_a_sentence_and_is_seen(open_page, serve, app_copy):
    """app.py answers an error in a page with one sentence; the traceback is in the log alone."""
    (app_copy / "pages" / "navigation.py").write_text(PAGE_THAT_BREAKS)
    page = open_page("/", server=serve(cwd=app_copy))
    with rerun(page):
        page.get_by_role("button", name="Break").click()
    assert page.get_by_text("before").is_visible()
    assert page.get_by_text("This page stopped at an error").is_visible()
    assert page.get_by_text("broken on purpose").count() == 0
    seen = open_page.inspect()
    assert any("broke off" in trouble for trouble in seen)
    assert any("ValueError: broken on purpose" in trouble for trouble in seen)
    open_page.troubles(page).clear()
    page.goto("about:blank")
