"""A new training: its pictures, its network, its settings, and the button that begins it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.data import sources
from engine.network import Network, summary
from engine.training import jobs, runs
from engine.training.config import INPUT_SHAPE, Config
from engine.training.presets import PRESETS
from engine.training.schedule import lr_at
from engine.writing.display import sentence
from engine.writing.setting import Setting
from pages.states.network.state import read
from pages.states.shapes import volumes
from pages.states.sheet.writing import plain
from pages.states.training import figures
from pages.states.training import state as training_state
from pages.states.training.state import RUN, SETTINGS, TrainingState
from pages.ui import handlers, session
from pages.ui.controls import bind, control
from pages.ui.network import stack
from pages.ui.training import download as training_download
from pages.ui.training.parts import SYNTHETIC, left_out, link, plot

STACK = "training.stack"
COLUMNS = ("output", "parameters", "multiply_adds")
SOURCES = {"cifar10": "CIFAR-10", "shapes": "Shapes", "folder": "A folder"}
GROUPS = {
    "Length": ("epochs", "batch_size", "seed"),
    "Steps": ("optimiser", "lr", "momentum", "weight_decay", "schedule", "warmup"),
    "Pictures": ("flip", "shift", "cutout", "label_smoothing"),
    "Network and device": ("whiten", "norm_momentum", "test_flips", "test_shifts", "device", "precision"),
}
STEPS = {"lr": 0.01, "momentum": 0.05, "weight_decay": 1e-4, "warmup": 0.05, "label_smoothing": 0.05}
CURVE = 200


@st.cache_data(ttl=3, show_spinner="Looking at the pictures …")
def described(source: str, seed: int) -> sources.Description:
    """Return what a source holds; a folder is not searched again at every click."""
    return sources.describe(source, seed)


def _bind(name: str, value: Any, change: Callable[[TrainingState, Any], TrainingState]) -> dict:
    return bind(link, f"training.set.{name}", value, change)


def draw() -> None:
    """Draw the form: pictures and network beside each other, then every setting."""
    state: TrainingState = link.state
    left, right = st.columns([4, 8], gap="medium")
    with left:
        pictures = _data(state)
    with right:
        _network(state)
    if link.message:
        st.error(plain(link.message), icon=":material/error:")
    _start(state, pictures)
    _settings(state)
    _stack(state)


def _data(state: TrainingState) -> sources.Description | None:
    """Draw the choice of pictures; return what they are."""
    st.markdown("##### 1 · Pictures")
    st.segmented_control(
        "Pictures", list(SOURCES), format_func=SOURCES.get, label_visibility="collapsed", required=True,
        **_bind("source", state.source, lambda s, new: replace(s, data="folder:" if new == "folder" else new)),
    )  # fmt: skip
    if state.source == "folder":
        st.text_input(
            "Folder", placeholder="/home/me/pictures", max_chars=training_state.MOST_PATH - 10,
            help="A folder on the machine where Stride runs, with train/ and test/, or with one folder for each class, "
            "of which a fifth is used for testing. Pictures are cut to a square and made 32×32.",
            **_bind("path", state.data[7:], lambda s, new: replace(s, data=f"folder:{new.strip()}")),
        )  # fmt: skip
        if state.data == "folder:":
            st.caption("A folder with a folder of pictures for each class, such as cats/ and dogs/.")
            return None
    pictures = described(state.data, state.settings.seed)
    if pictures.missing:
        training_download.panel(described.clear)
        return pictures
    if not pictures.ready:
        st.error(plain(pictures.problem), icon=":material/folder_off:")
        if state.source == "cifar10":
            training_download.panel(described.clear)
        return pictures
    note = f"**{plain(pictures.name)}** {SYNTHETIC if pictures.synthetic else ''}  \n"
    names = ", ".join(pictures.classes[:12]) + (" …" if len(pictures.classes) > 12 else "")
    counts = f"{pictures.train:,} pictures to train on, {pictures.test:,} to test on, {len(pictures.classes)} classes"
    st.markdown(f"{note}{counts}: {plain(names)}.")
    if pictures.synthetic:
        st.caption("Drawn by this program from the seed, for machines without a network. They are not photographs.")
    if pictures.skipped:
        count = len(pictures.skipped)
        left_out(f"{count:,} files are no pictures and are left out", pictures.skipped, count)
    return pictures


def _network(state: TrainingState) -> None:
    """Draw the presets, and the network with its shapes."""
    st.markdown("##### 2 · Network and recipe")
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    row.segmented_control(
        "Preset", list(PRESETS), format_func=lambda name: PRESETS[name].title, label_visibility="collapsed",
        required=True, **_bind("preset", state.preset, training_state.with_preset),
    )  # fmt: skip
    other = _forward_network()
    fits = other is not None and other.input_shape == INPUT_SHAPE
    row.button(
        "The forward page's network", icon=":material/account_tree:", disabled=not fits, key="training.forward",
        help="Train the stack that is open on the page Forward pass."
        if fits
        else "Open a network that takes a 32×32 colour picture (3, 32, 32) on the page Forward pass, "
        "such as “The tutorial's small CNN”; it can then be trained here.",
        on_click=partial(_take, other),
    )  # fmt: skip
    if state.own_network:
        row.button(
            "The preset's network", icon=":material/undo:", type="tertiary", key="training.back",
            on_click=partial(_take, PRESETS[state.preset].config.network),
        )  # fmt: skip
    network = state.settings.network
    st.html(volumes.figure(network))
    other_network = "not the preset's network. " if state.own_network else ""
    st.caption(
        f"{PRESETS[state.preset].about} Here: {other_network}{network.parameter_count:,} parameters, "
        f"{network.multiply_adds() / 1e6:.1f} million multiply-adds a picture."
    )


def _forward_network() -> Network | None:
    left = session.holder().left.get("forward")
    return read(left)[0].network if left is not None else None


def _take(network: Network) -> None:
    handlers.change(link, lambda state: training_state.with_network(state, network))


def _start(state: TrainingState, pictures: sources.Description | None) -> None:
    """Draw the button that starts the training, and what it will do."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        ready, problem = pictures is not None and pictures.ready, ""
        if ready:
            try:
                state.config().for_classes(len(pictures.classes))
            except ValueError as error:
                ready, problem = False, sentence(error)
        st.button(
            "Start training", type="primary", icon=":material/play_arrow:", key="training.start", width=240,
            disabled=not ready, on_click=partial(handlers.change, link, _begin),
            help=None if ready else problem or "First choose pictures that exist.",
        )  # fmt: skip
        if problem:
            st.markdown(f":material/block: {plain(problem)} Let the network end in Linear(…, {len(pictures.classes)}).")
        elif ready:
            settings = state.settings
            batch = min(settings.batch_size, pictures.train)
            text = f"{settings.epochs} epochs of {pictures.train // batch:,} steps, each on {batch:,} pictures"
            if settings.classes != len(pictures.classes):
                text += f"; the last layer gets {len(pictures.classes)} outputs, one for each class"
            st.markdown(f"{text}.")


def _begin(state: TrainingState) -> TrainingState:
    """Start the training; return the state that shows it."""
    config = state.config()
    name = f"{state.name()} on {sources.describe(config.data, config.seed).name}"[: runs.MAX_NAME]
    unchanged = not state.changed() and not state.own_network
    run = runs.create(config, name, state.preset if unchanged else None)
    jobs.submit(run)
    return replace(state, view=RUN, run=run.id)


def _settings(state: TrainingState) -> None:
    """Draw every setting with its explanation, in groups."""
    changed = state.changed()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("##### 3 · Settings", width="content")
        if changed:
            st.button(
                "As in the preset", icon=":material/undo:", key="training.reset", type="tertiary",
                on_click=partial(handlers.change, link, _reset),
            )  # fmt: skip
    grouped = {name for names in GROUPS.values() for name in names}
    groups = {**GROUPS, "Other": tuple(name for name in SETTINGS if name not in grouped)}
    columns = st.columns([2, 3, 2, 2.4], gap="medium")
    for (title, names), column in zip(GROUPS.items(), columns, strict=True):
        names = names + (groups["Other"] if title == list(GROUPS)[-1] else ())
        with column, st.container(border=True, gap="small"):
            st.markdown(f"**{title}**")
            row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
            for name in names:
                _control(row, state, SETTINGS[name], name in changed)
            if title == "Steps":
                _planned(state.settings)


def _reset(state: TrainingState) -> TrainingState:
    network = state.settings.network
    return replace(state, settings=replace(PRESETS[state.preset].config, network=network))


def _planned(settings: Config) -> None:
    rates = [lr_at(settings, k, CURVE) for k in range(CURVE)]
    plot(figures.planned(rates, settings.epochs), "training.planned")


def _control(row: DeltaGenerator, state: TrainingState, setting: Setting, changed: bool) -> None:
    """Draw the control of one setting; a changed one's label is bold."""
    name = setting.name
    bound = _bind(name, getattr(state.settings, name), lambda s, value: training_state.with_setting(s, name, value))
    help = f"{setting.help} ({name} of the preset: {getattr(PRESETS[state.preset].config, name)})"
    width = {"choice": 140, "int": 112}.get(setting.kind, 150 if len(name) > 12 else 124)
    label = f"**{name}**" if changed else name
    control(row, setting, label, width, help=help, step=STEPS.get(name, 0.1), **bound)


def _stack(state: TrainingState) -> None:
    """Draw the network as a table to edit."""
    with st.expander("Change the network, layer by layer", icon=":material/table_rows:", key="training.edit"):
        network = state.settings.network
        edited = partial(stack.edited, link, STACK, lambda s: s.settings.network, training_state.with_network)
        stack.editor(network, summary.rows(network), key=STACK, columns=COLUMNS, on_change=edited)
