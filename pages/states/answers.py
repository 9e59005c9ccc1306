"""How every page answers what is done on it: a state's link and an act go in; all that follows comes out.

Pure functions: all that an answer needs is in the request, and nothing is remembered. A Streamlit server asks through
pages/live.py.
"""

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from engine import lean, limits
from engine.writing.display import sentence
from pages.states.edits import Malformed
from pages.states.fields import PREDICT, STEP
from pages.states.link import without_added
from pages.states.picture import Chosen
from pages.states.share import menu
from pages.states.share.files import FILES
from pages.states.sheet import Sheet
from pages.states.view import TRIED, TRY, Elsewhere, File, View
from pages.states.views import PAGES


def path(page: str) -> str:
    """Return the address to which a page's acts go, relative to the page's own."""
    return f"engine/{page}"


def answer(page: str, request: Mapping[str, Any], chosen: Chosen | None = None) -> dict[str, Any]:
    """Return what a page shows after an act: `sheet`, `query` (the link), `message`, `go`, `push`, `frame`.

    go: the player goes to the step of the sheet. push: Back leads to the state before: an act is an entry of the
    history, but for those in the view's `passing`. leave: the `page` and `query` to which the act leads, where that is
    another page.

    request: `query` (the link of the state before), `act` ([name, value], or None to open the link), `step` (where the
    player stands, if not at the step of the state), `unfolded` (the folded parts that are open), `has` (the ids of what
    the page has and need not get again, such as a trace), `scales` (those of its colours, which are kept or grow),
    `address` (where its reader has the page). With `ask` in place of an act: a sheet, a file in base64, or the verdict
    on a guess (`value`: View.judged), beside the page. chosen: the picture of a state that no link can hold.
    Raises ValueError where the request has another form, or cannot be done here; KeyError where there is no such
    page.
    """
    return done(page, request, chosen)[0]


def done(page: str, request: Mapping[str, Any], chosen: Chosen | None = None) -> tuple[dict[str, Any], Any]:
    """Return the answer, and the state that it shows."""
    view = PAGES[page]
    limit = limits.SECONDS if request.get("ask") is None else limits.ASKED_SECONDS
    try:
        with limits.within(limit):
            return _done(page, view, request, chosen)
    except limits.TooLong as late:
        if request.get("act") or request.get("ask") is not None:
            raise ValueError(str(late)) from late
        answer, state = begun(view, str(late))
        return {**answer, "message": "", "go": True, "push": False}, state


def opened(page: str, query: Mapping[str, str], chosen: Chosen | None = None) -> tuple[dict[str, Any], Any]:
    """Return what a page shows for a link, and its state. chosen: the picture that all pages share."""
    view = PAGES[page]
    try:
        with limits.within(limits.SECONDS):
            query, asked, predict = _parted(view, query)
            state, problems = view.read(_begun_with(page, query, asked), chosen)
            predict, problems = _blank(predict, problems)
            return _with_question(page, state, asked, problems, Sheet(predict=predict)), state
    except limits.TooLong as late:
        return begun(view, str(late))


def begun(view: View, why: str) -> tuple[dict[str, Any], Any]:
    """Return what a page begins with, and why it is that: a link's state cannot be shown."""
    state, _ = view.read({}, None)
    return shown(view, state, [why], Sheet()), state


def _done(page: str, view: View, request: Mapping[str, Any], chosen: Chosen | None) -> tuple[dict[str, Any], Any]:
    try:
        query = {str(key): str(value) for key, value in request["query"].items()}
        act, ask, step = request.get("act"), request.get("ask"), request.get("step")
        unfolded, has = ([str(one) for one in request.get(name, ())] for name in ("unfolded", "has"))
        scales = {str(name): float(scale) for name, scale in (request.get("scales") or {}).items()}
        address = str(request.get("address", ""))[:500]
        name, value = act or ("", None)
        if not isinstance(name, str) or not (step is None or (isinstance(step, int) and 0 <= step <= STEP.maximum)):
            raise ValueError(f"there is no act {name!r} at step {step!r}")
        if not all(0 <= scale < math.inf for scale in scales.values()):
            raise ValueError("a scale is not a magnitude")
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise ValueError(f"the request has not the form of an act: {error!r}") from error
    query, asked, predict = _parted(view, query)
    if not act and ask is None:
        query = _begun_with(page, query, asked)
    # A link that an act, or a question, goes with was written here: its state has been traced before.
    state, problems = view.read(query, chosen, traced=not act and ask is None)
    if ask is not None:
        if ask == "guess":
            return view.judged(state, request.get("value")), state
        return _asked(page, state if step is None else state.with_step(step), ask, address), state
    predict, problems = _blank(predict, problems)
    if act and problems:
        raise ValueError(f"This state cannot be changed here. {' '.join(problems)}")
    own = name in (TRIED, PREDICT.name)  # of every page
    message, elsewhere, go = "", {}, not own and name not in view.stays
    given = value if name == TRIED else None
    if name == PREDICT.name:
        if not view.predicts:
            raise ValueError("this page has no player in which something can be blank")
        predict = PREDICT.read(str(value)) if value else ""
    if act and not own:
        if step is not None and name not in ("step", "go"):
            state = state.with_step(step)
        after, message = acted(view, state, name, value)
        if isinstance(after, Elsewhere):
            elsewhere, go = {"leave": {"page": after.page, "query": dict(after.query)}}, False
        else:
            state = after
    elif act and step is not None:
        state = state.with_step(step)
    data = _with_question(page, state, asked, problems, Sheet(unfolded, has, address, scales, predict), given)
    push = bool(act) and not own and name not in view.passing and not elsewhere
    return {**data, "message": message, "go": go, "push": push, **elsewhere}, state


def _parted(view: View, query: Mapping[str, str]) -> tuple[dict[str, str], str | None, str | None]:
    """Return a link's query without what every page's link may have beside its own keys, and that as texts.

    It is the number of the question that it opens, and what is left blank in the page's player.
    """
    rest = without_added(query)
    return rest, rest.pop(TRY, None), rest.pop(PREDICT.name, None) if view.predicts else None


def _blank(text: str | None, problems: list[str]) -> tuple[str, list[str]]:
    """Return what a link leaves blank, and its problems with the one that this text has."""
    try:
        return PREDICT.read(text) if text else "", problems
    except ValueError as error:
        return "", [*problems, f"{str(error).removesuffix('.')}."]


def _begun_with(page: str, query: dict[str, str], asked: str | None) -> Mapping[str, str]:
    """Return the link of the state that a question is about, where a link has nothing but the question."""
    if query or asked is None:
        return query
    from pages.states import tries

    try:
        return tries.opened(page, PAGES[page].read({}, None, traced=False)[0], asked)[1].query
    except ValueError:  # there is no such question: said where it would be shown
        return query


def _with_question(
    page: str, state: Any, asked: str | None, problems: list[str], sheet: Sheet, given: Any = None
) -> dict[str, Any]:
    """Return what a state shows, with the question that its link opens above its player.

    given: the answer that was given, {"text": …} or {"show": true}. Raises ValueError where there is no question to
    answer, or the answer has not the form of one.
    """
    if asked is None:
        if given is not None:
            raise ValueError("there is no question to answer")
        return shown(PAGES[page], state, problems, sheet)
    from pages.states import tries  # they rest on all pages

    try:
        k, one = tries.opened(page, state, asked)
    except ValueError as error:
        return shown(PAGES[page], state, [*problems, f"{str(error).removesuffix('.')}."], sheet)
    verdict = None
    if given is not None:
        verdict = tries.judged(one, PAGES[page].read(one.query, traced=False)[0], given)
    data = shown(PAGES[page], state, problems, sheet)
    tries.bar(sheet, k, one, data["query"], verdict)
    return {**data, "query": {**data["query"], TRY: str(k)}}


def acted(view: View, state: Any, name: str, value: Any) -> tuple[Any, str]:
    """Return the state after an act, or Elsewhere, and a sentence or "". What cannot be done leaves the state as it is.

    Raises ValueError where there is no such act, or the value has not the form of one.
    """
    if name not in view.acts:
        raise ValueError(f"this page has no act {name!r}")
    try:
        after = view.acts[name](state, value)
    except Malformed:
        raise
    except (KeyError, TypeError, AttributeError, IndexError, OverflowError) as error:
        raise ValueError(f"the act {name!r} has not the form of one: {error!r}") from error
    except ValueError as error:
        return state, sentence(error)
    return after if isinstance(after, tuple) else (after, "")


def shown(view: View, state: Any, problems: list[str], page: Sheet) -> dict[str, Any]:
    """Return what a state shows on an empty page: `sheet`, `query`, `frame`. problems: what of its link is left out."""
    if problems:
        page.notice("**This link could not be followed in full; the rest is shown.**", "warning")
        for problem in problems:
            page.typed(problem)
    view.fill(page, state)
    return {"sheet": page.blocks, "query": page.query(state), "frame": view.frame(state)}


def _asked(page: str, state: Any, ask: Any, address: str) -> dict[str, Any]:
    answers = asks(page, address)
    if not isinstance(ask, str) or ask not in answers:
        raise ValueError(f"this page has no answer to {ask!r}")
    try:
        made = answers[ask](state)
    except ModuleNotFoundError as error:
        made = lean.said(error)
    if isinstance(made, str):
        return {"sheet": [], "more": False, "message": made}
    if isinstance(made, File):
        return made.told()
    return {"sheet": made.blocks, "more": made.more}


def asks(page: str, address: str = "") -> dict[str, Callable[[Any], Sheet | File | str]]:
    """Return what can be asked for beside a page, by name: its own, and what can be taken along from its player.

    address: where its reader has the page.
    """
    view = PAGES[page]
    files = {name: partial(make, address=address) for name, make in view.files.items()}
    return {**view.asks, **files, **_files(page, address)}


def _files(page: str, address: str) -> dict[str, Callable[[Any], File | str]]:
    """Return what can be taken along from a page's player, by the name of the ask: a file, or why there is none."""

    def file(ending: str, kind: str, make: Callable) -> Callable[[Any], File | str]:
        def made(state: Any) -> File | str:
            if not hasattr(state, "trace"):
                raise ValueError("this page has no player on show")
            link = menu.address(Sheet(address=address), state) if address else ""
            try:
                content = make(state.trace, state.shown_step, link)
            except ValueError as error:
                return sentence(error)
            return File(f"stride-{page.replace('_', '-')}.{ending}", kind, content)

        return made

    return {f"{menu.KEY}{key}": file(*made) for key, (_, *made) in FILES.items()}
