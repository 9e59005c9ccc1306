"""The runs so far: a table to open, name, keep and delete them, and the curves of several in one figure."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from engine.training import results, runs
from engine.training.runs import ACTIVE, Asker, Run
from engine.writing.display import sentence
from pages.states.sheet.writing import plain
from pages.states.training import figures
from pages.states.training.parts import is_synthetic, percent
from pages.states.training.state import MOST_COMPARED, TrainingState
from pages.states.training.watch import history_of
from pages.ui.training.parts import FILE, SYNTHETIC, badge, plot

PAGE = 12
REFUSED = "training.refused"  # why something could not be done, until it has been said
GO = "training.go"  # the link that the table leads to
TICK = "training.tick."
WIDTHS = [0.5, 4, 1.6, 1.3, 1.3, 1.4, 1]


def draw(state: TrainingState, asker: Asker) -> None:
    """Draw the table of the asker's runs, and the curves of the runs that are ticked, whoever's they are."""
    if (query := st.session_state.pop(GO, None)) is not None:
        st.switch_page(FILE, query_params=query)
    all_runs = runs.all_runs()
    own = [run for run in all_runs if asker.owns(run.owner)]
    chosen = [run for run in all_runs if run.id in state.compared and not run.broken]
    every = own + [run for run in chosen if run not in own]
    if not every:
        st.info("This browser has no run yet. Set a training up under “New”.", icon=":material/history:")
        return
    if refused := st.session_state.pop(REFUSED, ""):
        st.error(plain(refused), icon=":material/error:")
    if chosen:
        _compared(chosen)
    else:
        st.caption("Tick runs to see their curves in one figure.")
    count = st.session_state.get("training.rows", PAGE)
    with st.container(key="training-runs", gap="xsmall"):
        head = st.columns(WIDTHS, vertical_alignment="center")
        for column, title in zip(head[1:6], ("run", "status", "test accuracy", "training", "begun"), strict=True):
            column.caption(title)
        for run in every[:count]:
            _row(run, state, asker)
    if len(every) > count:
        st.button(f"Show {len(every) - count} more", key="training.more", on_click=_more)
    total = sum(run.size() for run in own)
    st.caption(
        f"{_counted(len(own), 'run')} of this browser, {total / 1e6:,.1f} MB. When they are too many, or all runs take "
        "too much room, the oldest that have ended are deleted; those with a pin stay."
    )


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count > 1 else ''}"


def _more() -> None:
    st.session_state["training.rows"] = st.session_state.get("training.rows", PAGE) + PAGE


def _row(run: Run, page: TrainingState, asker: Asker) -> None:
    state = run.state()
    columns = st.columns(WIDTHS, vertical_alignment="center")
    if asker.owns(run.owner):
        with columns[6].popover("", icon=":material/more_horiz:", key=f"training.menu.{run.id}"):
            _menu(run, state.status, page)
    if run.broken:
        columns[1].text(run.broken)
        return
    key = TICK + run.id
    st.session_state[key] = run.id in page.compared
    columns[0].checkbox(
        f"Compare {plain(run.name)}", key=key, label_visibility="collapsed", on_change=partial(_ticked, page),
        disabled=run.id not in page.compared and len(page.compared) >= MOST_COMPARED,
    )  # fmt: skip
    with columns[1].container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.page_link(
            FILE, label=plain(run.name), query_params={"run": run.id}, width="content",
            icon=":material/keep:" if run.kept else None,
        )  # fmt: skip
        if is_synthetic(run):
            st.markdown(SYNTHETIC, width="content")
    columns[2].markdown(badge(state.status))
    columns[3].markdown(percent(state.test_accuracy))
    columns[4].markdown(results.duration(state.seconds) if state.seconds else "–")
    columns[5].markdown(time.strftime("%d %b, %H:%M", time.localtime(run.created)))


def _menu(run: Run, status: str, page: TrainingState) -> None:
    if not run.broken:
        _name_and_pin(run)
    st.button(
        "Delete it for good", icon=":material/delete:", width="stretch", key=f"training.delete.{run.id}",
        disabled=status in ACTIVE, on_click=partial(_do, partial(_delete, page, run)),
        help="Stop it first." if status in ACTIVE else None,
    )  # fmt: skip


def _name_and_pin(run: Run) -> None:
    key = f"training.name.{run.id}"
    st.text_input(
        "Name",
        run.name,
        max_chars=runs.MAX_NAME,
        key=key,
        on_change=lambda: _do(partial(run.rename, st.session_state[key])),
    )
    st.button(
        "Let it be deleted to make room" if run.kept else "Never delete it", icon=":material/keep:", width="stretch",
        key=f"training.keep.{run.id}", on_click=partial(_do, partial(run.keep, not run.kept)),
    )  # fmt: skip


def _do(what: Callable[[], object]) -> None:
    """Do something with a run; where it cannot be done, the page says why."""
    try:
        what()
    except OSError as error:
        st.session_state[REFUSED] = f"A file could not be read or written: {error.strerror or error}."
    except ValueError as error:
        st.session_state[REFUSED] = sentence(error)


def _delete(page: TrainingState, run: Run) -> None:
    run.delete()
    if run.id in page.compared:
        st.session_state[GO] = _without(page, run.id).query()


def _ticked(page: TrainingState) -> None:
    """Compare the runs that are ticked now: of a quick second tick, the page may not have heard the first yet."""
    now = {str(key).removeprefix(TICK): value for key, value in st.session_state.items() if str(key).startswith(TICK)}
    ticked = [id for id in page.compared if now.get(id, True)]
    ticked += [id for id, value in now.items() if value and id not in ticked]
    st.session_state[GO] = replace(page, compared=tuple(ticked[:MOST_COMPARED])).query()


def _without(state: TrainingState, id: str) -> TrainingState:
    """Return the state in which a run is not compared."""
    return replace(state, compared=tuple(one for one in state.compared if one != id))


def named(chosen: list[Run]) -> dict[str, Run]:
    """Return runs by the names of their curves, which all differ."""
    names: dict[str, Run] = {}
    for run in chosen:
        name = f"{run.name} (synthetic)" if is_synthetic(run) else run.name
        names[name if name not in names else f"{name} ({run.id})"] = run
    return names


def _compared(chosen: list[Run]) -> None:
    """Draw test accuracy and smoothed loss of several runs."""
    accuracy, loss = {}, {}
    for name, run in named(chosen).items():
        try:
            history = history_of(run)
        except ValueError as error:
            st.warning(plain(f"{name}: {error}"), icon=":material/error:")
            continue
        accuracy[name] = ([e["epoch"] for e in history.epochs], [e["test_accuracy"] for e in history.epochs])
        loss[name] = results.smoothed_curve(history)
    if not accuracy:
        return
    left, right = st.columns(2, gap="medium")
    with left:
        plot(figures.compared("Test accuracy", accuracy, True), "training.both")
    with right:
        plot(figures.compared("Loss a step, smoothed", loss, False), "training.bothloss")
